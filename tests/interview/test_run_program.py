"""Programs of the settings: run as they are named, bounded in time and output, and never by a shell."""

import os
import sys
import time
from pathlib import Path

import pytest

from srs.interview.run_program import MAX_OUTPUT, Program, ProgramFailed


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code, "{file}"]


def run(file: Path, code: str) -> Program:
    with Program(python(code), file) as program:
        assert program.wait(30)
    return program


def test_the_output_is_what_it_prints(tmp_path: Path) -> None:
    done = run(tmp_path / "a.wav", "import sys, os; print(sys.argv[1], os.getcwd(), sys.stdin.read())")
    assert done.output.decode().split() == [str(tmp_path / "a.wav"), str(tmp_path)]
    assert done.failure == ""


def test_nothing_is_taken_for_a_shells(tmp_path: Path) -> None:
    file = tmp_path / "$(touch x); touch y"
    file.touch()
    with Program(["echo", "`touch z`", "{file}", "{other}", "a{file}b"], file) as program:
        assert program.wait(30)
    assert program.output.decode() == f"`touch z` {file} {{other}} a{file}b\n"
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_a_missing_program_and_one_that_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed, match="no-such-program is not installed here"):
        Program(["no-such-program"], tmp_path / "a")
    broken = tmp_path / "broken"
    broken.write_text("no program")
    broken.chmod(0o755)
    with pytest.raises(ProgramFailed, match=r"broken cannot be started \("):
        Program([str(broken)], tmp_path / "a")
    with pytest.raises(ProgramFailed, match=r"echo cannot be started \(embedded null byte\)"):
        Program(["echo", "\0"], tmp_path / "a")


def test_why_it_failed_is_the_last_line_of_its_errors(tmp_path: Path) -> None:
    done = run(tmp_path / "a", "import sys; print('x' * 9999, 'no model', sep='\\n', file=sys.stderr); sys.exit(3)")
    assert done.failure == f"{sys.executable} ended with status 3: no model"
    done = run(tmp_path / "a", "import os; os.abort()")
    assert "ended with signal 6" in done.failure


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_flood_is_bounded(tmp_path: Path, name: str) -> None:
    with Program(python(f"import sys\nwhile True: sys.{name}.write('x' * 65536)"), tmp_path / "a") as program:
        if name == "stdout":
            with pytest.raises(ProgramFailed, match="printed more than 1 MB and was ended"):
                program.wait(30)
        else:
            assert not program.wait(0.3)
    assert len(program.output) <= MAX_OUTPUT + 65536
    assert not alive(program)


def test_one_that_hangs_ends_with_its_children(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, signal, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN); signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'])\n"
        "print(child.pid, flush=True); time.sleep(99)"
    )
    with Program(python(code), tmp_path / "a") as program:
        while not program.output.endswith(b"\n"):
            assert not program.wait(0.1)
        child = int(program.output)
    assert not alive(program)
    end = time.monotonic() + 20
    while is_running(child):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_one_that_leaves_a_child_with_its_output_is_done(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)']); print('said')"
    )
    assert run(tmp_path / "a", code).output == b"said\n"


def test_a_recorder_is_asked_to_stop_so_that_its_file_is_complete(tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    code = (
        "import sys, time\nprint('ready', flush=True)\n"
        "try: time.sleep(99)\nexcept KeyboardInterrupt: open(sys.argv[1], 'w').write('sound')"
    )
    with Program(python(code), file) as program:
        while not program.output:
            assert not program.wait(0.1)
        program.stop()
    assert file.read_text() == "sound"


def alive(program: Program) -> bool:
    return is_running(program._process.pid)


def is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{number}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
