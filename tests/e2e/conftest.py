"""One real house for the end-to-end tests: Rasa, PostgreSQL, chat and console."""

from collections.abc import Iterator

import pytest

from tests.support.house import House

PASSWORD = "mat-khau-thu-nghiem-1"


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house")).start()
    made = house.run(
        "officer", "add", "canbo.thu", "--name", "Cán bộ Thử", LACHAN_OFFICER_PASSWORD=PASSWORD
    )
    assert made.returncode == 0, made.stdout + made.stderr
    yield house
    house.stop()
