"""`python -m tests.dbt.oracle_rules` checks the SQL dbt compiles for Oracle. Exit code 1 if a rule is broken."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.dbt.oracle_project import compile_for_oracle
from tests.dbt.oracle_rules import check


def main() -> int:
    """Print one line per finding."""
    findings = 0
    for built_before in (False, True):
        with TemporaryDirectory() as work_dir:
            compiled = compile_for_oracle(Path(work_dir), built_before=built_before)
        for name, sql in compiled.items():
            for finding in check(sql):
                findings += 1
                print(f"{name}:{finding.line}: {finding.text}: {finding.problem}")
        print(f"{len(compiled)} nodes checked, {'incremental' if built_before else 'first'} build")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
