"""Connection strings as operators write them."""

import pytest
from sqlalchemy import make_url

from store.engine import driver_url, make_engine


def asked(database_url: str) -> dict[str, object]:
    """What the driver is asked to connect to."""
    engine = make_engine(database_url)
    return dict(engine.dialect.create_connect_args(make_url(driver_url(database_url)))[1])


def test_one_host_is_left_as_it_is() -> None:
    found = asked("postgres://lachan:m%40t@db:5433/lachan")
    assert (found["host"], found["port"], found["dbname"]) == ("db", 5433, "lachan")
    assert found["password"] == "m@t"


def test_several_hosts_are_tried_in_turn_and_the_writable_one_is_taken() -> None:
    found = asked("postgresql://u:p@one:5432,two:6000,[::1]/lachan?target_session_attrs=read-write")
    assert found["host"] == "one,two,::1"
    assert found["port"] == "5432,6000,5432"
    assert found["target_session_attrs"] == "read-write"
    assert (found["user"], found["password"], found["dbname"]) == ("u", "p", "lachan")


def test_a_socket_folder_may_be_the_host() -> None:
    assert asked("postgresql://u@/lachan?host=/run/pg")["host"] == "/run/pg"


def test_another_database_is_refused() -> None:
    with pytest.raises(ValueError, match="DATABASE_URL"):
        driver_url("mysql://u@db/lachan")
