"""Completion for bash, whose readline ends a word at every colon, as in `Spanish::Verbs`."""

import os

from click.shell_completion import BashComplete, add_completion_class, split_arg_string

_SOURCE = r"""
%(complete_func)s() {
    local line=${COMP_LINE:0:COMP_POINT} response type value start
    local word=${line##*[^\\][[:space:]]}
    response=$(env COMP_WORDS="$line" %(complete_var)s=bash_complete "$1")
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                if [[ ${COMP_WORDS[COMP_CWORD]} != [\"\']* ]]; then
                    printf -v value %%q "$value"
                    if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
                        start=${word%%"${word##*:}"}
                        value=${value:${#start}}
                    fi
                fi
                COMPREPLY+=("$value")
                ;;
        esac
    done <<< "$response"
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class Bash(BashComplete):
    """Finds the word from the line up to the cursor, and replaces only what follows its last colon."""

    source_template = _SOURCE

    def get_completion_args(self) -> tuple[list[str], str]:
        *words, last = split_arg_string(
            os.environ["COMP_WORDS"] + "x"
        )  # so that there is a last word, even an empty one
        return words[1:], last[:-1]


def register() -> None:
    add_completion_class(Bash)
