from itertools import islice

import click

from srs.cli import complete
from srs.cli.context import Context, pass_context
from srs.cli.deck_folder import report_folder
from srs.cli.json_shapes import note_json
from srs.cli.output import emit, json_option, say
from srs.collection import lookup
from srs.collection.query import KEYS
from srs.core.markup import markup_to_text

_HELP = """List the notes that match QUERY, or all notes.

\b
root cause         contains both words, in its id, deck, tags or text
"root cause"       contains this text
dead* t_ght        * matches any characters, _ one character
root or cause      contains either; a b or c means (a b) or c
-root -(a or b)    does not match
deck:NAME tag:NAME includes subdecks and subtags; deck:Span* deck:"Two words"
kind:NAME          the kind of note, e.g. basic
is:STATE           due, new, learning, review, suspended, buried, flagged,
                   leech, or failed (rated Again today)
prop:stability<5   also difficulty, interval, due, reps, lapses; <= > >= = !=
added:N edited:N   added, or changed, within N days; 1 is today
rated:N rated:N:1  answered within N days, with any rating or with 1 (Again)

Upper and lower case are the same. Put text with special characters in quotes; write \\* and \\_ for these two. Quote the
query for the shell: srs find '"root cause"'
"""


class _FindCommand(click.Command):
    """Parses `-is:new` as a term: an option is one that exists, or begins with `--`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value = {
            name: not one.is_flag for one in self.params if isinstance(one, click.Option) for name in one.opts
        }
        options, terms, rest = list[str](), list[str](), iter(args)
        for arg in rest:
            name, _, value = arg.partition("=")
            if arg == "--":
                terms += rest
            elif arg.startswith("--") and name[2:] in KEYS and not ctx.resilient_parsing:
                term = f"{name[2:]}:{value or next(rest, '…')}"
                ctx.fail(f"find has no option {name}; write {term}, or -{term} for all others.")
            elif arg.startswith("--") or name in ctx.help_option_names or name in takes_value:
                values = list(islice(rest, 1 if takes_value.get(arg) else 0))
                if takes_value.get(arg) and not values:
                    ctx.fail(f"the option {arg} needs a value.")
                options += [arg, *values]
            else:
                terms.append(arg)
        return super().parse_args(ctx, [*options, "--", *terms])


@click.command("find", cls=_FindCommand, help=_HELP)
@click.argument("query", nargs=-1, shell_complete=complete.query_terms)
@json_option
@pass_context
def find_command(context: Context, query: tuple[str, ...], as_json: bool) -> None:
    if not as_json:
        report_folder(context.deck_folder)
    now = context.clock()()
    collection = context.open(now)
    found = list(lookup.find(collection, lookup.query(collection, " ".join(query)), now))
    if as_json:
        emit([note_json(row, note.tags) | {"cards": [card.key for card in note.cards()]} for row, note in found])
        return
    for row, note in found:
        question = next(iter(markup_to_text(note.face(note.cards()[0]).question).splitlines()), "")
        say(f"{row.id}  {question}")
