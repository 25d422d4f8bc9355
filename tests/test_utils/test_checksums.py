from mcf.utils.checksums import settings_checksum


def test_checksum_depends_on_values_and_not_on_their_order():
    first = settings_checksum(dict(a=1, b=[2]))
    assert first == settings_checksum(dict(b=[2], a=1))
    assert first != settings_checksum(dict(a=1, b=[3]))
