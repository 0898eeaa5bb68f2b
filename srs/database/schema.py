"""The database's tables and views, as migrations. Imported only when one is pending: `sqlite_utils` is slow to load.

`SCHEMA_VERSION` in `srs.database.connection` counts them. A released migration, its comments included, is never changed.
"""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from srs.database.decks import SET_ADDED_AT

migrations = Migrations("srs")


def _run(db: Database, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute(statement)


# the checks compare with the usual value first: checking a list takes half of the time of inserting a row
_TABLES = """
-- The truth: what the learner did. Rows are only ever added.
create table events (
    seq integer primary key,          -- the order in which this database got to know them
    subject text not null,            -- the card; the note for relinked and distinct; '' for parameters
    at integer not null,              -- UTC milliseconds
    day text not null,                -- the study day, as it was then
    what text not null check (what = 'answered' or what in (
        'crammed', 'suspended', 'unsuspended', 'buried', 'forgot', 'rescheduled', 'flagged', 'unflagged', 'softened',
        'relinked', 'distinct', 'parameters')),
    source text not null check (source = 'srs' or source = 'anki' or source = 'import'),
    machine text not null,
    rating integer check (rating between 1 and 4),
    duration_ms integer,
    state text check (state = 'review' or state in ('learning', 'relearning')), -- where the answer led
    step integer,
    interval integer,                 -- seconds in steps, days for a review
    factor real,
    other text,
    parameters text,                  -- JSON: model, values
    unique (subject, at)
) strict;
create index events_own on events (machine, seq) where source = 'srs';
create table voids (
    subject text not null,
    at integer not null,
    primary key (subject, at)
) strict, without rowid;

-- Facts kept beside the log: the last good version of each deck file, and when each note's text last changed.
create table folders (
    id integer primary key,
    path text not null unique
) strict;
create table files (
    folder integer not null references folders,
    path text not null,               -- relative to the folder
    size integer not null,
    stamp_ns integer not null,        -- of its last change; -1: not to be trusted, read it again
    sha256 text not null,
    good blob,                        -- the last version without an error
    deck text,                        -- JSON: what that version says of all its notes
    problems text not null,           -- JSON: the errors of the version on disk
    primary key (folder, path)
) strict, without rowid;
create table texts (
    note text primary key,
    digest text not null,
    changed_at integer not null       -- UTC milliseconds
) strict, without rowid;

-- Caches: `srs rebuild` makes them again.
create table notes (
    folder integer not null,
    id text not null,
    path text not null,
    position integer not null,
    deck text not null,
    kind text not null,
    fields text not null,             -- JSON, as in the deck file
    tags text not null,               -- JSON, the note's own
    primary key (folder, id),
    foreign key (folder, path) references files on delete cascade
) strict, without rowid;
create index notes_by_file on notes (folder, path, position);
create table cards (
    folder integer not null,
    card text not null,               -- NOTE/TEMPLATE
    note text not null,
    template text not null,
    ordinal integer not null,
    deck text not null,
    path text not null,
    position integer not null,
    new integer not null,             -- 1 while it was never answered
    primary key (folder, card),
    foreign key (folder, note) references notes on delete cascade
) strict, without rowid;
create index cards_by_note on cards (folder, note);
create index cards_new on cards (folder, deck, position, path, ordinal) where new;
create index cards_new_overall on cards (folder, position, path, ordinal) where new;
create table states (
    card text primary key,
    note text not null,
    state text not null check (state = 'review' or state in ('new', 'learning', 'relearning')),
    stability real,                   -- days until recall falls to 90 %
    difficulty real,                  -- 1 to 10
    last_at integer,                  -- UTC milliseconds
    last_day text,
    step integer,
    interval integer,                 -- seconds in steps, days for a review
    due_at integer,                   -- UTC milliseconds, in steps
    due_day text,                     -- for a review
    reps integer not null,
    lapses integer not null,
    introduced text,
    reviewed text,
    suspended integer not null,
    flagged integer not null,
    buried text,
    as_of integer not null            -- UTC milliseconds of the last event that counted
) strict, without rowid;
create index states_due on states (state, due_day);
create index states_as_of on states (as_of);
create table study_days (
    day text primary key,
    starts integer not null           -- UTC milliseconds
) strict, without rowid;
create table calendar (
    zone text not null,
    rollover integer not null         -- minutes after midnight
) strict;
"""

_VIEWS = """
-- One row per answer that counts.
create view history as
select e.subject as card, e.day, datetime(e.at / 1000.0, 'unixepoch') as at_utc, e.rating, e.duration_ms,
       e.state as led_to, e.interval, e.source
from events e
where e.what = 'answered' and not exists (select 1 from voids v where v.subject = e.subject and v.at = e.at)
order by e.at, e.subject;

-- Cards of all folders that are due on the study day of this moment, in the zone and with the rollover last used.
create view due_today as
with today as (
    select max(day) as day from study_days where starts <= cast(strftime('%s', 'now') as integer) * 1000
), tonight as (
    select min(starts) as ends from study_days where starts > cast(strftime('%s', 'now') as integer) * 1000
)
select s.card, s.note, c.deck, s.state, coalesce(s.due_day, today.day) as due_day, s.stability, s.difficulty
from states s
join (select distinct card, deck from cards) c on c.card = s.card
join today join tonight
where not s.suspended and (s.buried is null or s.buried < today.day)
  and (s.due_day <= today.day or s.due_at < tonight.ends);

-- Of the reviews (not the steps) of each study day, how many were remembered.
create view retention_by_day as
with steps as (
    select subject, at, day, what, rating,
           lag(case what when 'rescheduled' then 'review' else state end) over (partition by subject order by at) as before
    from events e
    where what in ('answered', 'forgot', 'rescheduled')
      and not exists (select 1 from voids v where v.subject = e.subject and v.at = e.at)
)
select day, count(*) as reviews, sum(rating > 1) as remembered, round(avg(rating > 1), 4) as retention
from steps
where what = 'answered' and before = 'review'
group by day
order by day;
"""


@migrations()
def tables_and_views(db: Database) -> None:
    """The first version."""
    _run(db, _TABLES + _VIEWS)


_SYNCED = """
-- What `srs sync` knows of each folder that machines share: caches that only save reading everything again.
create table sync_folders (
    id integer primary key,
    path text not null unique,
    seq integer not null              -- every event up to this one is in one of the folder's files
) strict;
create table sync_files (
    folder integer not null references sync_folders on delete cascade,
    path text not null,               -- relative to the folder
    size integer not null,            -- bytes that were read, up to the end of a line
    sha256 text not null,             -- of these bytes
    again integer not null,           -- 1: a line was refused, so read it all again
    primary key (folder, path)
) strict, without rowid;
create table sync_voids (
    folder integer not null references sync_folders on delete cascade,
    subject text not null,
    at integer not null,
    primary key (folder, subject, at)
) strict, without rowid;
"""


@migrations()
def synced_folders(db: Database) -> None:
    """How far `srs sync` has read each shared folder."""
    _run(db, _SYNCED)


_MOVING = """
-- What notes were relinked, and which are two though they look alike: few among many events.
create index events_of_notes on events (at) where what in ('relinked', 'distinct');

-- A third fact kept beside the log: the last text of notes that have progress and that no folder has any more.
create table vanished (
    note text primary key,
    kind text not null,
    fields text not null,             -- JSON, as in the deck file
    at integer not null               -- UTC milliseconds: when it was found to be gone
) strict, without rowid;
"""


@migrations()
def moving_notes(db: Database) -> None:
    """An index to find relinks, and the texts by which a note with a changed id is recognized."""
    _run(db, _MOVING)


_REMEMBERING = """
-- Of the reviews (not the steps) of each study day, how many were remembered. The first answer to a card is no measure of
-- that, also where a due date was set before it.
drop view retention_by_day;
create view retention_by_day as
with lived as (
    select subject, at, day, what, rating,
           lag(case what when 'rescheduled' then 'review' else state end) over card as before,
           sum(what = 'forgot') over card as life
    from events e
    where what in ('answered', 'forgot', 'rescheduled')
      and not exists (select 1 from voids v where v.subject = e.subject and v.at = e.at)
    window card as (partition by subject order by at)
), numbered as (
    select *, sum(what = 'answered') over (partition by subject, life order by at) as answers from lived
)
select day, count(*) as reviews, sum(rating > 1) as remembered, round(avg(rating > 1), 4) as retention
from numbered
where what = 'answered' and before = 'review' and answers > 1
group by day
order by day;

-- A stability has a highest value now, and a due date set on a new card counts: every state is to be replayed.
update states set as_of = 0;
"""


@migrations()
def remembering_less(db: Database) -> None:
    """Marks states as outdated by a time of 0: `srs.collection.open_collection` replays them."""
    _run(db, _REMEMBERING)


@migrations()
def notes_first_seen(db: Database) -> None:
    """When each note was first seen, beside when its text last changed."""
    db.execute("alter table texts add column added_at integer not null default 0")  # UTC milliseconds
    db.execute(SET_ADDED_AT)


_PLANS = """
-- More types of events; SQLite changes no check of a table.
create table more_events (
    seq integer primary key,          -- the order in which this database got to know them
    subject text not null,            -- the card; the note for relinked, distinct and rehearsed; a goal's name; else ''
    at integer not null,              -- UTC milliseconds
    day text not null,                -- the study day, as it was then
    what text not null check (what = 'answered' or what in (
        'crammed', 'suspended', 'unsuspended', 'buried', 'forgot', 'rescheduled', 'flagged', 'unflagged', 'softened',
        'relinked', 'distinct', 'parameters', 'goal', 'break', 'rehearsed')),
    source text not null check (source = 'srs' or source = 'anki' or source = 'import'),
    machine text not null,
    rating integer check (rating between 1 and 4),
    duration_ms integer,
    state text check (state = 'review' or state in ('learning', 'relearning')), -- where the answer led
    step integer,
    interval integer,                 -- seconds in steps, days for a review
    factor real,
    other text,
    parameters text,                  -- JSON: what parameters, goals and breaks consist of
    unique (subject, at)
) strict;
insert into more_events select * from events;
drop table events;
alter table more_events rename to events;
create index events_own on events (machine, seq) where source = 'srs';
create index events_of_notes on events (at) where what in ('relinked', 'distinct');
create index events_of_plans on events (at) where what in ('goal', 'break');

-- The load of a day is counted by the index alone.
drop index states_due;
create index states_due on states (state, due_day, suspended);

-- What a goal has planned for a study day: advice, which may be made anew.
create table goal_plans (
    folder integer not null,
    goal text not null,               -- its name
    day text not null,
    basis text not null,              -- what the plan was made from
    plan text not null,               -- JSON
    primary key (folder, goal)
) strict, without rowid;
"""


@migrations()
def goals_and_breaks(db: Database) -> None:
    """Events of goals and breaks, and the plans that follow."""
    db.execute(
        "pragma legacy_alter_table = on"
    )  # else renaming fails over the views, which name the table meanwhile gone
    _run(db, _PLANS)
    db.execute("pragma legacy_alter_table = off")


@migrations()
def answers_by_day(db: Database) -> None:
    """An index to find the days with an answer: the streak, and the answers of each day."""
    db.execute("create index events_of_answers on events (day) where what in ('answered', 'crammed')")


@migrations()
def words_of_notes(db: Database) -> None:
    """All words of a note, in which `srs find` looks; every deck file is read again to get them."""
    db.execute("alter table notes add column words text not null default ''")
    db.execute("update files set sha256 = '?', stamp_ns = -1")


_IN_ANKI = """
-- Which of our notes an Anki collection held after the last sync, so that it is noticed if one is deleted there. A cache: without
-- it, such a note is sent again once.
create table anki_notes (
    collection text not null,         -- a digest of its path
    guid text not null,
    note_id integer not null,         -- Anki's
    deleted integer not null,         -- 1: it was deleted there, and its cards were suspended here
    primary key (collection, guid)
) strict, without rowid;
"""


@migrations()
def notes_in_anki(db: Database) -> None:
    """By what a sync with Anki recognizes notes that were deleted there."""
    _run(db, _IN_ANKI)
