"""A rehearsal on a terminal: think, tell, give the words, look at the feedback, rate."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from srs.cli.rehearse_screen import RehearsalScreen
from srs.cli.rehearse_words import times
from srs.cli.wrap_columns import screen_width, wrap_columns
from srs.core.errors import BadInput, NothingToUndo, StoreError
from srs.core.event import Rating
from srs.core.settings import Settings
from srs.interview.feedback import minutes
from srs.interview.rehearsal import Sitting, Timing, report
from srs.interview.run_program import MAX_OUTPUT, Program, ProgramFailed
from srs.interview.self_check import PARTS
from srs.interview.transcript import clean, read_transcript
from srs.review.terminal.console import BoundedConsole
from srs.review.terminal.keys import Keys, edit_line
from srs.review.terminal.speech import Voice
from srs.review.terminal.text import retry_reason
from srs.review.terminal.theme import theme

Stopwatch = Callable[[], float]
"""Seconds since any moment."""

_QUIT = {"q", "escape", "end"}
_LONGEST_WRITING = 300.0  # seconds that a transcriber may take
_BUSY_TIMEOUT = 1.0  # seconds that one try to record waits for another program: meanwhile no key is read
_LONGEST_PIECE = 500  # characters of what is typed
_PIECES_SHOWN = 40  # lines, or pieces of them
_LONGEST_NAME = 4096  # characters
_LOOK = 0.1  # seconds between two looks at it


def rehearse(
    sitting: Sitting, settings: Settings, stopwatch: Stopwatch, tips: Sequence[str], speech_tags: Mapping[str, str]
) -> Iterator[str]:
    """Asks until the sitting is over or the learner quits; then yields what to say. Each rehearsal is on disk as soon as it is
    rated. `tips` are shown in turn; `speech_tags` are the languages of the questions by their ids.

    Whatever ends it, the terminal is as it was before; errors are the caller's.
    """
    console = BoundedConsole(theme(settings.theme, os.environ), os.environ)
    keys = Keys(sys.stdin.fileno(), console)
    sitting.collection.store.set_timeout(_BUSY_TIMEOUT)
    with ExitStack() as stack:
        voice = Voice()
        stack.callback(voice.stop)
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="srs-rehearse-")))
        loop = _Loop(sitting, settings, stopwatch, RehearsalScreen(console, sitting), keys, voice, folder)
        loop.tips, loop.speech_tags = tips, speech_tags
        try:
            with keys.full_screen():
                loop.run()
        except KeyboardInterrupt:
            pass  # what was rated is saved, and what was timed is said below
        finally:
            loop.stop_recording()
    yield from _said_at_the_end(sitting, loop.unrated)


def _said_at_the_end(sitting: Sitting, unrated: dict[str, int]) -> Iterator[str]:
    width = screen_width()
    for line in report(sitting.done):
        yield from wrap_columns(line.text, width, "  " if line.is_detail else "")
    if sitting.done:
        yield "To take back the last one: srs undo"
    question = sitting.question
    if unrated and question:
        told = f" --story {sitting.story.id}" if sitting.story else ""
        seconds = ",".join(str(unrated.get(part, 0)) for part in PARTS)
        whole = minutes(sum(unrated.values()))
        yield from wrap_columns(f"Timed, but not rated and so not recorded: {whole} ({times(unrated)}).", width)
        yield f"To record it: srs rehearse --question {question.id}{told} --seconds {seconds} --rating 1-4"
    elif not sitting.done:
        yield "Nothing was recorded."


class _Loop:
    def __init__(
        self,
        sitting: Sitting,
        settings: Settings,
        stopwatch: Stopwatch,
        screen: RehearsalScreen,
        keys: Keys,
        voice: Voice,
        folder: Path,
    ) -> None:
        self._sitting = sitting
        self._settings = settings
        self._now = stopwatch
        self._screen = screen
        self._keys = keys
        self._voice = voice
        self._sound = folder / "answer.wav"
        self._recorder: Program | None = None
        self._timing: Timing | None = None
        self.tips: Sequence[str] = ()
        self.speech_tags: Mapping[str, str] = {}
        self.unrated: dict[str, int] = {}

    def run(self) -> None:
        while self._sitting.question is not None:
            if not self._think():
                return
            self._tell()
            self._voice.stop()
            self._sitting.told(self._words(), self.unrated)
            if not self._rate():
                return

    def _think(self) -> bool:
        """Whether the clock is to be started."""
        start, key = self._now(), "new"
        while key not in {"space", "enter"}:
            if key == "new":
                self._keys.discard_typed()
                self._speak(unasked=True)
                start = self._now()
            tips = self.tips
            tip = tips[len(self._sitting.done) % len(tips)] if tips else ""
            self._screen.thinking(int(self._now() - start), tip)
            key = self._keys.read(_until_next_second(self._now() - start))
            if key != "timeout":
                self._screen.notice = ""
            if key in _QUIT:
                return False
            key = self._choose(key)
        return True

    def _choose(self, key: str) -> str:
        """What a key of the first screen asks for; `new` if another question or story comes."""
        match key:
            case "s":
                self._sitting.next_story()
            case "n":
                self._sitting.skip()
                return "new"
            case "v":
                self._speak()
            case "u":
                try:
                    self._sitting.undo()
                except NothingToUndo:
                    self._screen.notice = "There is nothing to take back."
                else:
                    return "new"
        return key

    def _speak(self, *, unasked: bool = False) -> None:
        question = self._sitting.question
        assert question is not None
        tag = self.speech_tags.get(question.id, "")
        if unasked and (not tag or "SSH_CONNECTION" in os.environ):  # a voice would speak where nobody sits
            return
        problem = self._voice.speak(question.text, tag) if tag else "The deck does not say in which language this is."
        if not unasked:
            self._screen.notice = problem

    def _tell(self) -> None:
        """Leaves in `unrated` how long each part took."""
        self._voice.stop()
        self._start_recording()
        self._timing = Timing((self._now(),))
        while self._timing.part:
            now = self._now()
            self.unrated = self._timing.seconds(now)
            self._watch_recorder()
            self._screen.clock(self._timing, now)
            key = self._keys.read(_until_next_second(now - self._timing.marks[0]))
            self.unrated = self._timing.seconds(self._now())
            if key in {"space", "enter"}:
                self._timing = self._timing.advance(self._now())
            elif key == "b":
                self._timing = self._timing.back()
            elif key in _QUIT:
                break
        self._screen.notice = ""
        self._end_recording()

    # the recording

    def _start_recording(self) -> None:
        if not self._settings.record:
            return
        self._sound.unlink(missing_ok=True)
        try:
            self._recorder = Program(self._settings.record, self._sound)
        except ProgramFailed as error:
            self._screen.notice = f"Not recorded: {error}. The clock goes on."

    def _watch_recorder(self) -> None:
        if self._recorder is None:
            return
        try:
            if not self._recorder.wait(0):
                return
            why = self._recorder.failure or f"{self._recorder.name} has ended"
        except ProgramFailed as error:
            why = str(error)
        self._screen.notice = f"No longer recorded: {why}. The clock goes on."
        self.stop_recording()

    def _end_recording(self) -> None:
        if self._recorder:
            try:
                self._recorder.stop()
            except ProgramFailed as error:
                self._screen.notice = f"{error}."
            self.stop_recording()

    def stop_recording(self) -> None:
        """Ends the recorder at once."""
        if self._recorder:
            self._recorder.kill()
            self._recorder = None

    @property
    def _recorded(self) -> bool:
        return self._sound.exists() and self._sound.stat().st_size > 0

    # the words

    def _words(self) -> str:
        """What was said; empty if the learner goes on without it."""
        if self._settings.record and not self._recorded and not self._screen.notice:
            self._screen.notice = f"{self._settings.record[0]} has recorded nothing. The times are kept."
        if self._recorded and self._settings.transcribe and (said := self._write_down()):
            return said
        key = ""
        self._keys.discard_typed()
        while True:
            self._screen.asking_for_words(recorded=self._recorded and bool(self._settings.transcribe))
            key = self._keys.read()
            if key != "resize":
                self._screen.notice = ""
            said = ""
            match key:
                case "t":
                    said = self._type()
                case "f":
                    said = self._read_file()
                case "w" if self._recorded and self._settings.transcribe:
                    said = self._write_down()
                case "space" | "enter" | "q" | "escape" | "end":
                    return ""
            if said.strip():
                return said

    def _write_down(self) -> str:
        """What the transcriber prints, or nothing, and then a notice says why."""
        try:
            if said := self._run_transcriber():
                return said
            why = "wrote down nothing"
        except ProgramFailed as error:
            self._screen.notice = f"{error}. The times are kept."
            return ""
        except KeyboardInterrupt:
            why = "was ended before it had finished"
        self._screen.notice = f"{self._settings.transcribe[0]} {why}. The times are kept."
        return ""

    def _run_transcriber(self) -> str:
        """Raises ProgramFailed; KeyboardInterrupt if a key ends it."""
        start = self._now()
        with Program(self._settings.transcribe, self._sound) as program:
            while not program.wait(_LOOK):
                took = self._now() - start
                if took > _LONGEST_WRITING:
                    minutes_taken = f"{_LONGEST_WRITING / 60:.0f} minutes"
                    raise ProgramFailed(f"{program.name} had not finished after {minutes_taken} and was ended")
                self._screen.waiting(program.name, int(took))
                if self._keys.read(0) in _QUIT:
                    raise KeyboardInterrupt
            if program.failure:
                raise ProgramFailed(program.failure)
            return clean(program.output.decode(errors="replace"))

    def _type(self) -> str:
        """Lines until one with a single dot, or Ctrl-D; Escape leaves them out."""
        pieces, last, size = list[str](), "", 0  # `last` may be edited; all in one would be copied with each character
        advice = ("a line with a single dot, or Ctrl-D, ends it", "esc leaves")
        while size < MAX_OUTPUT:
            key = self._keys.read_text(0)  # what is pasted comes at once, and is drawn once
            if key == "timeout":
                self._screen.typing("".join([*pieces[-_PIECES_SHOWN:], last]), "What did you say?", advice)
                key = self._keys.read_text()
            if key == "escape":
                return ""
            if key == "end" or (key == "enter" and last == "." and (not pieces or pieces[-1].endswith("\n"))):
                return "".join([*pieces, "" if key == "enter" else last])
            if key == "backspace" and not last and pieces:
                last = pieces.pop()
            last = (
                last + "\n" if key == "enter" else edit_line(last, " " if key == "unknown" else key)
            )  # a tab, perhaps
            if key == "enter" or len(last) > _LONGEST_PIECE:
                pieces.append(last)
                size, last = size + len(last), ""
        self._screen.notice = "Only 1 MB of it was taken."
        return "".join(pieces)

    def _read_file(self) -> str:
        name, key = "", ""
        while key not in {"enter", "escape", "end"}:
            self._screen.typing(name, "Which file has what you said?", ("enter reads it", "esc leaves"))
            key = self._keys.read_text()
            name = edit_line(name, key)[:_LONGEST_NAME]
        if key != "enter" or not name.strip():
            return ""
        try:
            said = read_transcript(Path(name.strip()).expanduser())
        except (BadInput, RuntimeError, ValueError) as error:  # no home folder, or no path at all
            expected = error.expected if isinstance(error, BadInput) else "a path"
            self._screen.notice = f"{name.strip()} should be {expected}."
            return ""
        if not said:
            self._screen.notice = f"{name.strip()} is empty."
        return said

    # the rating

    def _rate(self) -> bool:
        """Whether to go on."""
        offset: int | None = 0
        self._keys.discard_typed()
        while True:
            offset = self._screen.feedback(offset)
            key = self._keys.read()
            if key != "resize":
                self._screen.notice = ""
            asked, suggested = self._sitting.unknown, self._sitting.suggestion
            if key in {"up", "k"}:
                offset -= 1
            elif key in {"down", "j"}:
                offset += 1
            elif asked and key in {"y", "n", "space", "enter"}:
                self._sitting.answer_check({"y": True, "n": False}.get(key))
            elif asked is None and key in {"space", "enter"} and suggested:
                if self._record(suggested):
                    return True
            elif key in {"1", "2", "3", "4"}:
                if self._record(Rating(int(key))):
                    return True
            elif key in _QUIT:
                return False

    def _record(self, rating: Rating) -> bool:
        try:
            self._sitting.rate(rating)
        except StoreError as error:
            if not (reason := retry_reason(error)):
                raise
            self._screen.notice = f"Not recorded: {reason}. Press it again; q quits without it."
            return False
        self.unrated = {}
        return True


def _until_next_second(elapsed: float) -> float:
    return 1.0 - elapsed % 1.0
