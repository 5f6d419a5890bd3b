import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "api"))

from house import (  # where that path finds it
    amount,
    daemon,
    house,
    pytest_report_header,
    pytest_runtest_makereport,
    speed,
)
