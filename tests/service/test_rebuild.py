"""`avrop rebuild --check`: what is kept beside the log is what the log says, or is named."""

from ledger.cli.beginning import play_demo
from ledger.cli.rebuild import check_rebuild
from ledger.projections.database import LIVE


def test_the_read_models_equal_a_replay_from_nothing(ledger):
    play_demo(ledger)
    assert check_rebuild(ledger) == []
    with ledger.views.database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE agreements SET title='x'"
            if ledger.store.on_sqlite
            else f"UPDATE {LIVE}.agreements SET title='x'"
        )
    (found,) = check_rebuild(ledger)
    assert found.startswith("agreements SKO-2023: title is 'x', the log says ")
