import click

from srs.cli.context import Context, pass_context
from srs.cli.output import emit, json_option, say
from srs.collection.settings_file import shown


@click.command("settings")
@json_option
@pass_context
def settings_command(context: Context, as_json: bool) -> None:
    """Show every setting, and where it comes from.

    Write them as TOML into the file that is named, e.g. new = 10.
    """
    file = context.settings_file
    read = context.read_settings()
    rows = [
        {"name": name, "value": value, "line": read.lines.get(name)} for name, value in shown(read.settings).items()
    ]
    if as_json:
        emit({"file": str(file), "settings": rows})
        return
    say(f"{file}{'' if file.exists() else ' (not there yet)'}")
    for row in rows:
        place = f"line {row['line']}" if row["line"] else "default"
        value = row["value"]
        text = ", ".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value
        say(f"  {row['name']:18} {text!s:20} {place}")
