"""Runs the fuzz targets: each replays its corpus, then makes inputs of its own for some seconds.

    run.py [--seconds N] [--jobs N] [--minimise] [TARGET...]     by default all targets

What a target finds new is kept in BUILD/fuzz/work/TARGET for the next run; --minimise makes its corpus
the smallest set of inputs with the same coverage, but for those whose names begin with "found-". An
input that breaks something is left in BUILD/fuzz/findings, and makes the exit status 1.
"""

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE / "corpus"
BUILD = pathlib.Path(os.environ["TTST_FUZZ_BUILD"])
PROGRAMS = BUILD / "tests" / "fuzz"
LIMITS = ["-max_len=4096", "-timeout=60", "-rss_limit_mb=2048"]
SAID = 60  # lines of a target that failed
KEPT_SIZE = 4096  # bytes of an input that is kept


def targets():
    return sorted(source.stem.removeprefix("fuzz_") for source in HERE.glob("fuzz_*.c"))


def call(target, *arguments):
    """Runs the target where its databases cost no writes to a disk, if there is such a place."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        return subprocess.run(
            [PROGRAMS / f"fuzz_{target}", *LIMITS, *map(str, arguments)],
            env={**os.environ, "TMPDIR": folder},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )


def folders(target):
    """Where new inputs are kept, and the corpus."""
    work, corpus = BUILD / "work" / target, CORPUS / target
    for folder in (work, corpus):
        folder.mkdir(parents=True, exist_ok=True)
    return work, corpus


def fuzz(target, seconds):
    findings = BUILD / "findings"
    findings.mkdir(parents=True, exist_ok=True)
    ran = call(target, f"-max_total_time={seconds}", "-print_final_stats=1",
               f"-artifact_prefix={findings}/{target}-", *folders(target))
    return target, ran.returncode, ran.stdout


def executed(output):
    for line in output.splitlines():
        if "number_of_executed_units" in line:
            return int(line.split()[-1])
    return 0


def run(names, seconds, jobs):
    failed = False
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for target, status, output in pool.map(lambda name: fuzz(name, seconds), names):
            print(f"{target}: {executed(output)} inputs", "ok" if status == 0 else "BROKEN")
            if status != 0:
                failed = True
                print("\n".join(output.splitlines()[-SAID:]))
    return 1 if failed else 0


def minimise(target):
    work, corpus = folders(target)
    with tempfile.TemporaryDirectory() as fresh:
        ran = call(target, "-set_cover_merge=1", "-use_counters=0", fresh, corpus, work)
        if ran.returncode != 0:
            sys.exit(ran.stdout[-4000:])
        for old in corpus.iterdir():
            if not old.name.startswith("found-"):
                old.unlink()
        for kept in pathlib.Path(fresh).iterdir():
            if kept.stat().st_size <= KEPT_SIZE:
                shutil.copy(kept, corpus / kept.name[:16])
    sizes = [kept.stat().st_size for kept in corpus.iterdir()]
    print(f"{target}: {len(sizes)} inputs, {sum(sizes)} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="targets at a time")
    parser.add_argument("--minimise", action="store_true", help="make the corpora small; do not fuzz")
    parser.add_argument("targets", nargs="*")
    options = parser.parse_args()
    names = options.targets or targets()
    if options.minimise:
        for name in names:
            minimise(name)
        return 0
    return run(names, options.seconds, options.jobs)


if __name__ == "__main__":
    sys.exit(main())
