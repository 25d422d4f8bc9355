from projects.mini_benchmark.figures import line_style


def test_every_arm_of_the_benchmark_has_its_own_line():
    assert len({tuple(line_style(index).items()) for index in range(30)}) == 30
