pragma user_version = 3;
pragma application_id = 1936880433;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'srs','tables_and_views','2026-11-27 07:07:47.320622+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'srs','synced_folders','2026-11-27 07:07:47.321018+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'srs','moving_notes','2026-11-27 07:07:47.321330+00:00');
CREATE TABLE calendar (
    zone text not null,
    rollover integer not null         -- minutes after midnight
) strict;
CREATE TABLE cards (
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
INSERT INTO "cards" VALUES(1,'ancient-lapsed/back','ancient-lapsed','back',0,'Talk','a.yaml',6,0);
INSERT INTO "cards" VALUES(1,'ancient/back','ancient','back',0,'Talk','a.yaml',5,0);
INSERT INTO "cards" VALUES(1,'dated-again-anew/back','dated-again-anew','back',0,'Talk','a.yaml',4,1);
INSERT INTO "cards" VALUES(1,'dated-again/back','dated-again','back',0,'Talk','a.yaml',3,0);
INSERT INTO "cards" VALUES(1,'dated-good/back','dated-good','back',0,'Talk','a.yaml',2,0);
INSERT INTO "cards" VALUES(1,'dated/back','dated','back',0,'Talk','a.yaml',1,1);
INSERT INTO "cards" VALUES(1,'moved-to/back','moved-to','back',0,'Talk','a.yaml',8,0);
INSERT INTO "cards" VALUES(1,'moved/back','moved','back',0,'Talk','a.yaml',7,0);
INSERT INTO "cards" VALUES(1,'steady/back','steady','back',0,'Talk','a.yaml',0,0);
CREATE TABLE events (
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
INSERT INTO "events" VALUES(1,'ancient-lapsed/back',157809600000,'1975-01-01','answered','anki','anki',4,900,'review',NULL,8,NULL,NULL,NULL);
INSERT INTO "events" VALUES(2,'ancient-lapsed/back',287409600000,'1979-02-09','answered','anki','anki',4,900,'review',NULL,900,NULL,NULL,NULL);
INSERT INTO "events" VALUES(3,'ancient-lapsed/back',1324209600000,'2011-12-18','answered','anki','anki',4,900,'review',NULL,9000,NULL,NULL,NULL);
INSERT INTO "events" VALUES(4,'ancient-lapsed/back',3916209600000,'2094-02-05','answered','anki','anki',4,900,'review',NULL,36500,NULL,NULL,NULL);
INSERT INTO "events" VALUES(5,'ancient-lapsed/back',5644209600000,'2148-11-09','answered','anki','anki',1,900,'relearning',0,600,NULL,NULL,NULL);
INSERT INTO "events" VALUES(6,'ancient/back',157809600000,'1975-01-01','answered','anki','anki',4,900,'review',NULL,8,NULL,NULL,NULL);
INSERT INTO "events" VALUES(7,'ancient/back',287409600000,'1979-02-09','answered','anki','anki',4,900,'review',NULL,900,NULL,NULL,NULL);
INSERT INTO "events" VALUES(8,'ancient/back',1324209600000,'2011-12-18','answered','anki','anki',4,900,'review',NULL,9000,NULL,NULL,NULL);
INSERT INTO "events" VALUES(9,'ancient/back',3916209600000,'2094-02-05','answered','anki','anki',4,900,'review',NULL,36500,NULL,NULL,NULL);
INSERT INTO "events" VALUES(10,'dated-again-anew/back',1772409600000,'2026-03-02','answered','anki','anki',4,900,'review',NULL,8,NULL,NULL,NULL);
INSERT INTO "events" VALUES(11,'dated-again/back',1772582400000,'2026-03-04','answered','anki','anki',1,900,'relearning',0,600,NULL,NULL,NULL);
INSERT INTO "events" VALUES(12,'dated-again/back',1772583264000,'2026-03-04','answered','anki','anki',3,900,'review',NULL,1,NULL,NULL,NULL);
INSERT INTO "events" VALUES(13,'dated-good/back',1772928000000,'2026-03-08','answered','anki','anki',3,900,'review',NULL,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(14,'dated-good/back',1773100800000,'2026-03-10','answered','anki','anki',3,900,'review',NULL,11,NULL,NULL,NULL);
INSERT INTO "events" VALUES(15,'moved/back',1772409600000,'2026-03-02','answered','anki','anki',4,900,'review',NULL,8,NULL,NULL,NULL);
INSERT INTO "events" VALUES(16,'steady/back',1772409600000,'2026-03-02','answered','anki','anki',4,900,'review',NULL,8,NULL,NULL,NULL);
INSERT INTO "events" VALUES(17,'steady/back',1773100800000,'2026-03-10','answered','anki','anki',3,900,'review',NULL,40,NULL,NULL,NULL);
INSERT INTO "events" VALUES(18,'steady/back',1776556800000,'2026-04-19','answered','anki','anki',1,900,'relearning',0,600,NULL,NULL,NULL);
INSERT INTO "events" VALUES(19,'steady/back',1776557664000,'2026-04-19','answered','anki','anki',3,900,'review',NULL,2,NULL,NULL,NULL);
INSERT INTO "events" VALUES(20,'dated-again-anew/back',1772668800000,'2026-03-05','forgot','anki','anki',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES(21,'dated-again-anew/back',1772755200000,'2026-03-06','rescheduled','anki','anki',NULL,NULL,NULL,NULL,9,NULL,NULL,NULL);
INSERT INTO "events" VALUES(22,'dated-again/back',1772496000000,'2026-03-03','rescheduled','anki','anki',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "events" VALUES(23,'dated-good/back',1772496000000,'2026-03-03','rescheduled','anki','anki',NULL,NULL,NULL,NULL,5,NULL,NULL,NULL);
INSERT INTO "events" VALUES(24,'dated/back',1772409600000,'2026-03-02','rescheduled','anki','anki',NULL,NULL,NULL,NULL,5,NULL,NULL,NULL);
INSERT INTO "events" VALUES(25,'moved',1772409600009,'2026-03-02','relinked','srs','m1',NULL,NULL,NULL,NULL,NULL,NULL,'moved-to',NULL);
CREATE TABLE files (
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
INSERT INTO "files" VALUES(1,'a.yaml',434,1795763267274316725,'c53be3978e6167553f1c2160f886d34fcc6ff0b5283812fc58a4c80e1b7128b1',X'6465636B3A2054616C6B0A6E6F7465733A0A2D207B69643A207374656164792C2066726F6E743A207374656164793F2C206261636B3A20627D0A2D207B69643A2064617465642C2066726F6E743A2064617465643F2C206261636B3A20627D0A2D207B69643A2064617465642D676F6F642C2066726F6E743A2064617465642D676F6F643F2C206261636B3A20627D0A2D207B69643A2064617465642D616761696E2C2066726F6E743A2064617465642D616761696E3F2C206261636B3A20627D0A2D207B69643A2064617465642D616761696E2D616E65772C2066726F6E743A2064617465642D616761696E2D616E65773F2C206261636B3A20627D0A2D207B69643A20616E6369656E742C2066726F6E743A20616E6369656E743F2C206261636B3A20627D0A2D207B69643A20616E6369656E742D6C61707365642C2066726F6E743A20616E6369656E742D6C61707365643F2C206261636B3A20627D0A2D207B69643A206D6F7665642C2066726F6E743A206D6F7665643F2C206261636B3A20627D0A2D207B69643A206D6F7665642D746F2C2066726F6E743A206D6F7665642D746F3F2C206261636B3A20627D0A','{"name": "Talk", "description": "", "languages": [], "tags": [], "source": {"title": "", "section": ""}}','[]');
CREATE TABLE folders (
    id integer primary key,
    path text not null unique
) strict;
INSERT INTO "folders" VALUES(1,'/home/learner/decks');
CREATE TABLE notes (
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
INSERT INTO "notes" VALUES(1,'ancient','a.yaml',5,'Talk','basic','{"front":"ancient?","back":"b"}','[]');
INSERT INTO "notes" VALUES(1,'ancient-lapsed','a.yaml',6,'Talk','basic','{"front":"ancient-lapsed?","back":"b"}','[]');
INSERT INTO "notes" VALUES(1,'dated','a.yaml',1,'Talk','basic','{"front":"dated?","back":"b"}','[]');
INSERT INTO "notes" VALUES(1,'dated-again','a.yaml',3,'Talk','basic','{"front":"dated-again?","back":"b"}','[]');
INSERT INTO "notes" VALUES(1,'dated-again-anew','a.yaml',4,'Talk','basic','{"front":"dated-again-anew?","back":"b"}','[]');
INSERT INTO "notes" VALUES(1,'dated-good','a.yaml',2,'Talk','basic','{"front":"dated-good?","back":"b"}','[]');
INSERT INTO "notes" VALUES(1,'moved','a.yaml',7,'Talk','basic','{"front":"moved?","back":"b"}','[]');
INSERT INTO "notes" VALUES(1,'moved-to','a.yaml',8,'Talk','basic','{"front":"moved-to?","back":"b"}','[]');
INSERT INTO "notes" VALUES(1,'steady','a.yaml',0,'Talk','basic','{"front":"steady?","back":"b"}','[]');
CREATE TABLE states (
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
INSERT INTO "states" VALUES('ancient-lapsed/back','ancient-lapsed','relearning',2.56298096295111363937e+01,7.02698956929683848926e+00,5644209600000,'2148-11-09',0,600,5644210200000,NULL,5,1,'1975-01-01','2148-11-09',0,0,NULL,5644209600000);
INSERT INTO "states" VALUES('ancient/back','ancient','review',4.60498683541784921543e+04,1.0,3916209600000,'2094-02-05',NULL,36500,NULL,'2194-01-12',4,0,'1975-01-01','2094-02-05',0,0,NULL,3916209600000);
INSERT INTO "states" VALUES('dated-again-anew/back','dated-again-anew','new',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,NULL,NULL,0,0,NULL,1772755200000);
INSERT INTO "states" VALUES('dated-again/back','dated-again','review',2.46689187775672724711e-01,6.40211506929683782374e+00,1772583264000,'2026-03-04',NULL,1,NULL,'2026-03-05',2,0,'2026-03-04',NULL,0,0,NULL,1772583264000);
INSERT INTO "states" VALUES('dated-good/back','dated-good','review',1.09643323358206981056e+01,2.11121423578539513243e+00,1773100800000,'2026-03-10',NULL,11,NULL,'2026-03-21',2,0,'2026-03-08','2026-03-10',0,0,NULL,1773100800000);
INSERT INTO "states" VALUES('dated/back','dated','new',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,NULL,NULL,0,0,NULL,1772409600000);
INSERT INTO "states" VALUES('moved-to/back','moved-to','review',8.2956,1.0,1772409600000,'2026-03-02',NULL,8,NULL,'2026-03-10',1,0,'2026-03-02',NULL,0,0,NULL,1772409600000);
INSERT INTO "states" VALUES('steady/back','steady','review',2.87059786360575186492e+00,7.01519094902438045124e+00,1776557664000,'2026-04-19',NULL,2,NULL,'2026-04-21',4,1,'2026-03-02','2026-04-19',0,0,NULL,1776557664000);
CREATE TABLE study_days (
    day text primary key,
    starts integer not null           -- UTC milliseconds
) strict, without rowid;
CREATE TABLE sync_files (
    folder integer not null references sync_folders on delete cascade,
    path text not null,               -- relative to the folder
    size integer not null,            -- bytes that were read, up to the end of a line
    sha256 text not null,             -- of these bytes
    again integer not null,           -- 1: a line was refused, so read it all again
    primary key (folder, path)
) strict, without rowid;
CREATE TABLE sync_folders (
    id integer primary key,
    path text not null unique,
    seq integer not null              -- every event up to this one is in one of the folder's files
) strict;
CREATE TABLE sync_voids (
    folder integer not null references sync_folders on delete cascade,
    subject text not null,
    at integer not null,
    primary key (folder, subject, at)
) strict, without rowid;
CREATE TABLE texts (
    note text primary key,
    digest text not null,
    changed_at integer not null       -- UTC milliseconds
) strict, without rowid;
INSERT INTO "texts" VALUES('ancient','c7d26040123de0c912700bb1c1195287d497888f75a089bd00bcecd664885428',1772409600000);
INSERT INTO "texts" VALUES('ancient-lapsed','e63e57341949069495f9c09f0b2a0db7ac5003376062d63293b15db12631400e',1772409600000);
INSERT INTO "texts" VALUES('dated','a3142bf8eb4a0b3daadfe8258133e7194d920921d12dd4734eb15996baaa0403',1772409600000);
INSERT INTO "texts" VALUES('dated-again','3d3a06f14c001829d7e532f5a019eea87acaa462ae1f52385d18591e17a37673',1772409600000);
INSERT INTO "texts" VALUES('dated-again-anew','9b996ff23d5d0e9dd571397ea8f9ac14fd758ee38bec39fe1b657aa245200c92',1772409600000);
INSERT INTO "texts" VALUES('dated-good','ac1fbba09bc75d63ada70219bc43b1f9d6d6f3de8916347053de09bc2dacf936',1772409600000);
INSERT INTO "texts" VALUES('moved','fdd11f1d5d8158315c757dca8982c196398c1461aabefcffab318ce529d5afc7',1772409600000);
INSERT INTO "texts" VALUES('moved-to','a005d0e7ea444c84c3248b2a871eabbed124aea96137dbf26c4bc5b887ed3da6',1772409600000);
INSERT INTO "texts" VALUES('steady','0c649a382a0e3766102ed990ec9220cae98e75738945e40779a373441b43b9bb',1772409600000);
CREATE TABLE vanished (
    note text primary key,
    kind text not null,
    fields text not null,             -- JSON, as in the deck file
    at integer not null               -- UTC milliseconds: when it was found to be gone
) strict, without rowid;
CREATE TABLE voids (
    subject text not null,
    at integer not null,
    primary key (subject, at)
) strict, without rowid;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX events_own on events (machine, seq) where source = 'srs';
CREATE INDEX notes_by_file on notes (folder, path, position);
CREATE INDEX cards_by_note on cards (folder, note);
CREATE INDEX cards_new on cards (folder, deck, position, path, ordinal) where new;
CREATE INDEX cards_new_overall on cards (folder, position, path, ordinal) where new;
CREATE INDEX states_due on states (state, due_day);
CREATE INDEX states_as_of on states (as_of);
CREATE VIEW history as
select e.subject as card, e.day, datetime(e.at / 1000.0, 'unixepoch') as at_utc, e.rating, e.duration_ms,
       e.state as led_to, e.interval, e.source
from events e
where e.what = 'answered' and not exists (select 1 from voids v where v.subject = e.subject and v.at = e.at)
order by e.at, e.subject;
CREATE VIEW due_today as
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
CREATE VIEW retention_by_day as
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
CREATE INDEX events_of_notes on events (at) where what in ('relinked', 'distinct');
COMMIT;
