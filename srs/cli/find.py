from itertools import islice

import click

from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import name_folder
from srs.cli.json_shapes import note_json
from srs.cli.output import emit, json_option, say
from srs.collection import lookup
from srs.collection.query import KEYS
from srs.core.markup import markup_to_text

_HELP = """List the notes that match QUERY; all without one.

\b
root cause         both stand in the note: its id, deck, tags or text
"root cause"       side by side
dead* t_ght        * is any run of characters, _ any one
root or cause      one of them; or binds less than standing side by side
-root -(a or b)    not that
deck:NAME tag:NAME that one, or one below it; deck:Inter* deck:"Two words"
kind:NAME          KINDS
is:STATE           due, new, learning, review, suspended, buried, flagged,
                   leech, or failed (Again today)
prop:stability<5   difficulty, interval, due, reps, lapses; <= > >= = !=
added:N edited:N   first seen, or changed, within N days; 1 is today
rated:N rated:N:1  answered within N days; only with that rating

Capitals do not count. What would mean something else goes in quotes, or * and _ after a backslash. The shell takes a
pair of quotes for itself: srs find '"root cause"'
"""


class _Terms(click.Command):
    """`-is:new` is a term: an option is one of the words that there are, or begins with --."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        values = {name: not one.is_flag for one in self.params if isinstance(one, click.Option) for name in one.opts}
        options, terms, rest = list[str](), list[str](), iter(args)
        for arg in rest:
            name, _, value = arg.partition("=")
            if arg == "--":
                terms += rest
            elif arg.startswith("--") and name[2:] in KEYS and not ctx.resilient_parsing:
                written = f"{name[2:]}:{value or next(rest, '…')}"
                ctx.fail(f"find has no option {name}; write {written}, or {'-' + written} for all others.")
            elif arg.startswith("--") or name in ctx.help_option_names or name in values:
                options += [arg, *islice(rest, 1 if values.get(arg) else 0)]
            else:
                terms.append(arg)
        return super().parse_args(ctx, [*options, "--", *terms])


@click.command("find", cls=_Terms, help=_HELP)
@click.argument("query", nargs=-1)
@json_option
@pass_context
def find_command(context: Context, query: tuple[str, ...], as_json: bool) -> None:
    if not as_json:
        name_folder(context)
    now = context.clock()()
    collection = context.open(now)
    found = list(lookup.find(collection, lookup.query(collection, " ".join(query)), now))
    if as_json:
        emit([note_json(row, note.tags) | {"cards": [card.key for card in note.cards()]} for row, note in found])
        return
    for row, note in found:
        question = next(iter(markup_to_text(note.face(note.cards()[0]).question).splitlines()), "")
        say(f"{row.id}  {question}")
