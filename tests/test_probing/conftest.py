from tests.test_apis.conftest import exported

__all__ = ["exported"]
