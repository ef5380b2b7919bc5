"""Write the sample of the newest step of the store: python tests/support/store_sample.py, from the checkout.

Each released step keeps the sample that was made when it was the newest: how its stores looked then.
"""

import sqlite3
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scoring import score
from simulator.conduct import Hint
from simulator.store import begin, migrate, open_store
from tests.stores import SCENARIO, TOLD, played, tell

TARGET = Path(__file__).resolve().parents[1] / "data" / "stores" / f"{migrate.REVISION}.sql"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drills.db"
        store = open_store(path)
        ada = store.trainee("Ada", "autumn")
        over = played(store, trainee=ada)
        over.note_pace(10)
        over.note_hint(Hint(200_000, "hands_on", "thought_again"))
        store.keep_score(over.drill, "0" * 64, score(SCENARIO, over.finish()).as_json())
        going = tell(begin(store, SCENARIO, 8, ada), TOLD[:3])
        going.advance(90_000)
        store.close()
        with sqlite3.connect(path) as raw:
            TARGET.write_text("\n".join([*raw.iterdump(), ""]))


if __name__ == "__main__":
    main()
