"""Every bound of the product, each with its reason."""

MAX_AMOUNT = 100_000_000_000_00
"""Öre. 100 billion kronor: far above any framework, far below what a 64-bit sum overflows at."""

MAX_NAME = 200
"""Characters in titles, names, references: what fits a line of a form and of a report."""

MAX_TEXT = 4_000
"""Characters in free text (a challenge, a reason): a page of prose."""

MAX_LINES = 500
"""Lines of an order, and of an invoice that is written by hand; a received one may have more."""

MAX_LIMITS = 200
"""Limits and parties on an agreement: all 290 municipalities do not share one."""

MAX_SEATS = 100_000
"""Seats in an order; also the largest quantity on a line."""

MAX_CODE = 30
"""Characters in one code of a code string: twice the longest that municipalities use."""

MAX_CODE_PARTS = 20
"""Parts of a code string: municipalities have seven to ten."""

MAX_CODE_VALUES = 500
"""Values of a part that a code map lists; what has more has ranges."""

MAX_RESPONSIBILITIES = 200
"""Responsibility codes of one right to attest; what has more has a prefix."""
MAX_PROPOSALS = 20
"""Open proposals of an agreement: each is kept in its state, whole."""
MAX_SESSIONS = 200
"""Sessions of an order, and its instalments: a course that meets each week for four years. With
MAX_LINES lines of a few words they stay within MAX_EVENT."""

MAX_TARIFF = 20
"""Steps of a cancellation tariff: real ones have three to five."""

MAX_STEPS = 200
"""Commands that are played in thought in one request: a year's plan of a large municipality."""

FORECAST_ORDERS, FORECAST_DAYS = 5, 90
"""Orders, and days since the first of them, that a forecast needs: fewer show no pace."""

FORECAST_FUTURES = 400
"""Futures that a forecast draws: its ends then differ by few days from those of any more."""

FORECAST_BUNDLES = 100
"""Orders that a forecast tells apart; more are taken together, which only widens its range."""

FORECAST_PARTS = 1_000
"""Parts of orders, planned or drawn, that one future of a forecast has; more are taken together, as
FORECAST_BUNDLES are. An agreement of a hundred orders with some instalments each has fewer."""

COURSE_DAYS = 150
"""Days that a chart of an agreement's course draws, month ends and days that changed it: no more
can be told apart on paper, and four years of months are a third of it."""

FORECAST_SHOWN = 500
"""Orders under an agreement up to which its first page has a forecast: it reads all of them."""

FORECAST_LATE = 5
"""Invoices that tell how late the next ones will be; fewer tell nothing of it."""

MAX_WEIGHT = 1_000_000
"""A part of a cost split by shares: finer than millionths is nobody's agreement."""

MAX_TOLD = 20
"""Values of a list that a refusal repeats: what somebody sent is never sent back whole."""

MAX_JSON_BODY = 1_000_000
"""Bytes in a JSON request: an order of MAX_LINES lines with full texts."""

FILE_LIMIT = 30
"""Megabytes (10⁶ bytes) of a received document where AVROP_FILE_LIMIT says nothing else: Peppol
access points pass on invoices with scans inside, and few take larger ones."""

MAX_DOCUMENT = 100_000_000
"""Bytes in a received document at most, whatever AVROP_FILE_LIMIT says: reading one takes some five
times its size of memory."""

MAX_MARKUP = 20_000_000
"""Bytes of a received document without its attachments: some thousand lines of 2 kB, ten times
over."""

MAX_TAGS = 1_000_000
"""Opening and closing tags of a received document, comments counted: a line has about sixty, and
thirty megabytes of empty elements would take gigabytes of memory."""

MAX_ATTRIBUTES = 500_000
"""Attributes of a received document: a line has about twenty, and each costs as much as a tag."""

MAX_DIGITS = 1_000
"""Characters of a number in a received document: prices of thirty decimals are real, and arithmetic
with a million digits takes hours."""

CHECK_SECONDS = 120
"""Seconds that the engine of the official rules is given for one file: some hundred lines take one,
and what costs more by the square of the lines is ended."""

MAX_LEDGER_FILE = 50_000_000
"""Bytes in a supplier ledger: a region publishes ten megabytes a month, a municipality as much a
year. A page takes no more than AVROP_FILE_LIMIT of it."""

MAX_FORM = 100_000
"""Bytes of a page's form beside the file that it sends: what is typed, and what is between."""

MAX_LEDGER_ROWS = 400_000
"""Rows of a supplier ledger: what MAX_LEDGER_FILE has, some 200 MB of memory when they are read."""

MAX_CELL = 10_000
"""Characters in a cell of a table: a supplier's name has some dozens, an open quotation mark all
that follows."""

MAX_ROW, MAX_COLUMNS = 100_000, 200
"""Characters in a line of a table, and its cells: real ones have some hundreds, and some dozens."""

BOOKED_EARLY, BOOKED_LATE = 31, 366
"""Days before and after its issue date on which an invoice is booked: further away it is rather
another invoice with the same number."""

MAX_EVENT = 60_000
"""Bytes in a stored event: an entry of a transparency log holds at most 65 535."""

MAX_FAULTS = 100
"""Faults that one answer lists: more would bury the first."""

FAULTS_SAID = 10
"""Faults that are said in one sentence, one after the other; a list beside it has the rest."""

FINDINGS_SHOWN = 5
"""What a page tells of what is wrong with the log: the first of it says where to look."""

STEPS_SHOWN = 12
"""Steps of a replay on a page, the one that is looked at last: more would push it out of sight."""

PAGE = 50
"""Rows in a list when the reader does not say."""

LINES_SHOWN = 100
"""Lines of a received file on a page: those of most files, and no page of a megabyte."""

MAX_PAGE = 500
"""Rows in a list at most, and events in one answer of the log."""

RETRIES = 60
"""Times a decision is made again because somebody else was first. Eight processes that all
order at the cap need about one try for each rival; sixty leaves room."""

RETRY_SECONDS = 8.0
"""Seconds after which trying again ends, so that a person has an answer within ten."""

TOGETHER = 64
"""Commands that one transaction records at most: more than the threads of a process, few enough
that nobody waits long for the others."""

TOGETHER_SECONDS = 0.1
"""Seconds after which no more is decided in the same turn: what is slow holds up no more than
itself, and TOGETHER commands that are not take a third of it."""

CONTENDED_SECONDS = 5.0
"""Seconds for which a process holds the log's head while it decides, after it was second: another
process writes to it."""

SNAPSHOT_EVERY = 1_000
"""Events of one stream between snapshots: reading a thousand events takes about 20 ms."""

STATES_KEPT = 20_000
"""States of streams that a process keeps; an order's state is about 2 kB."""

BATCH = 5_000
"""Events projected in one transaction: enough to be fast, few enough to hold a lock shortly."""

SUMMED_FACTS = 256
SUMMED_PART = 8
"""Facts of an agreement after which the sums of its days are kept anew, or one for so many sums
where that is more: those since are added when asked for, and what is kept grows as the log."""

FEW_AGREEMENTS = 100
"""Agreements that a list names where who asks is party to no more: a hundredth of many."""

DAYS_AT_A_TIME = (1, 8, 64, 512)
"""Days that parts of a figure are looked for on, and then on more: one mostly has a page."""

CHOSEN = 500
"""Streams, or facts, that one query names: far below what either database takes."""

FOLLOW_SECONDS = 0.25
"""Seconds between two looks of the thread that keeps the read models near."""

STANDBY_SECONDS = 30.0
"""Seconds for which a standby that did not answer is not asked again: whoever asks first waits."""

READ_SECONDS = 8.0
"""Seconds that a reading may take: a person has an answer within ten, and who asks for everything
at once keeps no thread. Of a file that is sent as it is made, each row."""

FRAME_SECONDS = 1.0
"""Seconds that the frame of a page of refusal may read for: with READ_SECONDS an answer within
ten."""

DEAR_SECONDS = 50.0
"""Seconds that a file, a bundle, a forecast or a play in thought may take: less than the 60 s that
a proxy in front waits for an answer's beginning."""

ANSWER_SECONDS = 9.0
"""Seconds after which no request waits for a database any more, whatever it does: it is answered
within ten."""

RECORDED_SECONDS = 2.0
"""Seconds of ANSWER_SECONDS that are left for recording a file: what is not read before is too long
for somebody who waits. Twenty-five thousand lines take about as long to read."""

LOOK_SECONDS = 0.25
"""Seconds between two looks at whether readings are over."""

DEAR_AT_ONCE, DEAR_WORK, DEAR_WITHIN = 2, 60.0, 300.0
"""What is dear for one person at a time in a process, and the seconds of a processor that it may
take within so many seconds: a fifth of one, and some hundred exports of a year's orders."""

MAX_DEAR = 10_000
"""Persons whose dear work is remembered in a process, the newest: some megabyte."""

DATABASE_SECONDS = 5
"""Seconds to wait for a connection or a lock before answering that the database is away."""

KEY_LENGTH = 200
"""Characters in an Idempotency-Key."""

SESSION_HOURS = 12
"""Hours that a person stays signed in: a working day."""

SESSION_IDLE = 30
"""Minutes after which somebody who does nothing is signed out, where AVROP_SESSION_IDLE says
nothing else: a meeting's length at a desk that was left."""

SEEN_SECONDS = 60
"""Seconds between two notes of when a session was last used: one at each request would cost each a
write."""

MIN_PASSPHRASE, MAX_PASSPHRASE = 12, 200
"""Characters of a passphrase: long is what makes one good, and a sentence fits."""

PASSPHRASES_AT_ONCE = 2
"""Passphrases that a process looks at in one moment: each takes 64 MiB and a tenth of a second."""

INVITATION_DAYS, MAX_INVITATION_DAYS = 7, 30
"""Days for which an invitation may be taken, where nobody says otherwise, and at most."""

MAX_ISSUERS = 20
"""Issuers of single sign-on: each is a button."""

MAX_GOING, GOING_SECONDS = 500, 600
"""Single sign-ons under way, the newest, and seconds that each may take."""

MAX_KEPT = 50_000
"""Characters of a form that are kept while its writer signs in elsewhere."""

FREE_TRIES, FREE_TRIES_ADDRESS = 5, 20
"""Sign-ins that fail, for one person and from one address, before the next has to wait: an office
may share an address."""

TRIES_FORGOTTEN = 300
"""Seconds after which one try that failed counts no more."""

TRIES_PAUSE, TRIES_PAUSE_ADDRESS = 60, 900
"""Seconds that one has to wait at most for the next try at one person's sign-in, and from one
address: some thousand guesses a day at a passphrase are no danger to it, and whoever guesses at
somebody's keeps them out for no longer than a minute."""

MAX_TRIES = 20_000
"""Persons and addresses whose failed tries are remembered, the newest: some megabytes."""

MAX_SESSIONS_OF_ONE = 50
"""Sessions that one person has at a time: the oldest ends when there is one more."""

MAX_HSTS = 63_072_000
"""Seconds for which a browser may be told to ask by https alone: two years, what lists of such
hosts ask for."""

DRAFT_DAYS, DRAFTS = 30, 50
"""Days for which a draft is kept, and drafts that one person has."""

SHEET_ORDERS = 200
"""Orders on a sheet for suppliers: what somebody still looks through for their own."""

STATEMENT_ROWS = 200
"""Rows of a statement on a page: what is still looked through; of more there is a file."""

COUNCIL_MATTERS = 12
"""Open matters on a council's page, and the limits in its chart below: what a page holds."""

COUNCIL_LIMITS = 6

TIMELINE = 30
"""Happenings on a page's timeline at a time: what is read without losing the place."""

CLOCK_SECONDS = 2.0
"""Seconds that a clock may be behind the newest fact before it is said: those of one house differ
by less."""

ALARM_SECONDS = 60
"""Seconds that the program is given which is run at the notary's alarm."""

METRICS_PAUSE = 5.0
"""Seconds until it is tried again to give figures out at a port that another process has."""

TICK_HOURS, BACKUP_HOURS, CHECKPOINT_HOURS = 30, 30, 1
"""Hours after which it is said that something was not done: once a day with room for a slow night;
the notary signs each minute."""

FREE_WARNING, FREE_FAULT = 2_000_000_000, 200_000_000
"""Bytes free on the log's disk below which that is said: weeks of a large ledger, and hours."""

LAG = 10_000
"""Positions that read models may be behind before that is said: seconds of a follower's work."""

TICK_DAYS = 7
"""Days that the day of a tick may be ahead of the newest fact: by a clock that is ahead, orders
would lapse for ever. Beyond them somebody says the day."""

TOKEN_DAYS = 365
"""Days after the first for which a token works where nobody says another last day."""

TOKEN_SECONDS = 10.0
"""Seconds for which a process knows whose a token is without looking it up anew. Whether it has
ended, and in which roles it acts, it asks the log at each request."""

MAX_TICK_PAUSE = 86_400
"""Seconds between two looks at the calendar at most: a day."""

MAX_ENTRY = 65_535
"""Bytes in an entry of the log's tree: its length is two bytes in a C2SP entry bundle."""

MAX_NOTE = 100_000
"""Bytes in a signed note: a checkpoint with MAX_SIGNATURES post-quantum signatures of 5 kB."""

MAX_MANIFEST = 200_000
"""Bytes of a backup's manifest: some hundreds, and a signed note."""

MAX_ENDED_LINE = 500
"""Bytes of a line of what was ended: a moment, a word and an id."""

FILES_AT_A_TIME = 10
"""Received files that are copied at a time: each may be as large as MAX_DOCUMENT."""

MAX_SKIPPED = 100_000
"""Numbers of orders that a restored log does not give out again, at most."""

BACKUPS, MAX_BACKUPS = 14, 1_000
"""Backups that a folder keeps where nobody says how many, two weeks of nights; and at most."""

MAX_SIGNATURES = 20
"""Signature lines in a note: C2SP asks for at least sixteen."""

NOTARY_SECONDS = 60
"""Seconds between two cycles of the notary when nobody says otherwise: what was recorded since its
last checkpoint is not yet held by anyone."""

NOTARY_WHOLE = 60
"""Cycles of the notary of which one looks through the whole list of events for those without a
leaf, and the others through what is new: once an hour, which reads as much as the log has."""

MAX_NOTARY_PAUSE = 86_400
"""Seconds between two cycles of the notary at most: a day."""

MAX_NOTARY_BATCH = 4_096
"""Entries that the notary reads at a time: sixteen tiles, at most 260 MB and mostly 4 MB."""

ACCOUNTING_YEARS = 7
"""Whole calendar years for which a received invoice is kept after the one that it came in: LKBR
2018:597 3 kap. The right to be forgotten ends there (GDPR article 17.3 b)."""
ATTEMPTS = 20
"""Refused attempts of one person that are recorded within an hour: enough to see what somebody is
at, too few to hide anything in, or to fill the log."""

ATTEMPT_PEOPLE = 100
"""People whose refused attempts are recorded within an hour: with ATTEMPTS, at most 2 000 of them
in the whole ledger, however many tokens somebody has stolen."""

ATTEMPT_LIMITS = 20
"""Passed limits that the record of a refused attempt names, the worst first: it fits MAX_EVENT."""

JOB_HOURS, JOB_SILENT, JOB_PART = 24, 120.0, 1 << 20
"""Hours for which what came of work in the background is kept; seconds without a word from it after
which its process is taken to have ended; bytes of what came of it that are kept together."""

JOB_WAITS = 3_600.0
"""Seconds after which work that waits for the worker is taken by nobody: others were before it."""

JOB_PAUSE = 1.0
"""Seconds between two looks of the worker for work that somebody waits for."""

JOB_STEPS = 2_000
"""Records that a bundle goes on by before it says so, and looks whether it is still wanted."""

MAX_CERTIFIED = 5_000
"""Facts of an agreement that a room certificate carries: what an agreement of a thousand orders has
come to, some three megabytes. Beyond that a bundle shows it."""

MAX_CERTIFICATE_SENT = 1_000_000
"""Bytes of a room certificate that goes with a mail; a larger one is fetched by its link."""

CERTIFICATE_WAITS = 120
"""Seconds for which a mail waits for the notary to sign its order, so that the certificate goes
with it: a notary signs each minute or oftener, and an answer has days."""

MAX_BUNDLED = 250_000
"""Records of a log that the API makes bundles of: some seconds' work and 150 MB; the command line
makes those of larger ones."""

MAX_AUDITED = 300
"""Organisations that one appointment of an auditor names: every municipality of the country."""

MAX_EXPORT = 1_000_000
"""Lines of an export: a spreadsheet takes 1 048 576."""

SHEET_TEXT = 32_767
"""Characters in a cell of a workbook; a spreadsheet takes no more."""

MAX_PRINTED = 5_000
"""Rows of a list that is printed: some hundred pages, in two seconds of a processor."""

MAX_STAMP = 100_000
"""Bytes in an RFC 3161 response: a few certificates of 2 kB each."""

STAMP_SECONDS = 30
"""Seconds that a time-stamping authority is given to answer."""

MOST_FOLDED = 1_000
"""Rows of a list that are folded to put them in an order on a day when they were otherwise: what is
dated ahead is far fewer, and a second's work is what somebody waits for."""

MOST_SUMMED = 10_000
"""Rows of a list that are counted and summed beneath it: more is what a file is for."""

ALIKE = 20
"""Newest invoices with the same number, and with the same amount, that a new one of their supplier
is held against: more than that many of one amount is how that supplier invoices."""

MAX_FOLDED = 200
"""Characters of a reference that tell it from others: real ones have some dozens."""

SPELT = 50
"""Orders that one spelling of a reference is looked up for: more than one fit no invoice anyway."""

CANDIDATES, CANDIDATE_POOL = 10, 300
"""Orders that a waiting invoice may belong to, as they are shown; and the newest open ones of its
supplier that are looked at for them."""

FLAGGED = 50
"""Flags of a kind that a received invoice gets, and names of its lines' orders that are not found
before the rest is taken to be like them: what nobody reads on, and a file may hold thousands of."""

SEARCHED = 10
"""Texts of an invoice that are searched for numbers of orders, beside its references."""

WITHIN, WITHIN_WORDS = 40, 6
"""Words of a reference that are searched for numbers, and how many of them one number may take."""

LOG_PAUSE = 60.0
"""Seconds between two lines of one cause: of a database that is away each request says the same."""

LOG_CAUSES = 1_000
"""Causes that a process remembers having said: more of them in a minute are said twice."""

LOG_FRAMES, LOG_TEXT = 20, 1_000
"""Frames, and kinds of exceptions, that a line tells of a failure; and characters of one text."""

PATIENCE = 20.0
"""Seconds that a client has for the head of a request, and in which something of a body, or of an
answer, must go on: more is not slow but silent."""

SLOWEST = 25_000
"""Bytes a second that a body or an answer is given time for, beside PATIENCE: a poor mobile net."""

MAX_HEAD = 65_536
"""Bytes of a request's head: proxies pass on 8 to 32 kB."""

MAX_WAITING = 4
"""Times the largest body that a process holds of what is not whole: 130 MB by default."""

MAIL_DAYS = 14
"""Days after which what happened is told by no mail any more: who begins to send mail, or could not
for long, does not write to people about what is over."""

MAIL_AT_ONCE = 100
"""Messages that are sent between two looks at what is new."""

MAIL_ATTEMPTS = 14
"""Times that a message is tried before it waits for a person: with MAIL_PAUSE some three days, in
which a server that was away is back."""

MAIL_PAUSE, MAIL_PAUSE_MOST = 60, 28_800
"""Seconds until a message is tried again, twice as long each time, and at most."""

MAIL_KEPT = 90
"""Days for which a message that was sent is kept."""

MAIL_HOUR = 6
"""The hour in Sweden from which a day's messages are gathered into one: before anybody's work."""

SMTP_SECONDS = 30
"""Seconds that a mail server is given for each of its answers."""

HOOK_SECONDS, HOOK_ANSWER = 10.0, 4_096
"""Seconds that a webhook's server is given in all, from its name to its answer, and bytes of that
which are read: nothing but its status counts."""

HOOK_TURN = 30.0
"""Seconds that an organisation's webhooks are called for before another organisation's are."""

MAX_HOOKS, HOOK_FACTS = 20, 100
"""Webhooks of an organisation, and kinds of facts that one names."""

HOOK_ADDRESS = 500
"""Characters of a webhook's address."""

WORKER_PAUSE = 5.0
"""Seconds between two looks of the worker at the log and the outbox."""

WAL_BYTES = 4_096_000
"""Bytes of a write-ahead log from which it is brought into its file: a thousand pages, as SQLite
does it by itself."""

PART_PAUSE, PART_PAUSE_MOST = 5.0, 300.0
"""Seconds after which a part of the worker that failed is begun again, twice as long each time, and
at most: a database that is away for minutes is asked each five at the latest."""

WORKER_NOTES, WORKER_SILENT = 30.0, 900.0
"""Seconds between two notes of a part that it is well, and without any after which it is said not
to be at work."""

WORKER_STOPS = 3.0
"""Seconds that the worker is given to end what it is at, once it is asked to stop."""

REMIND_DAYS = 3
"""Days before the last day to answer on which somebody is reminded of it."""

LINK_DAYS, LINK_TRIES, LINK_HOUR = 30, 10, 3_600
"""Days for which a link answers its order at most, and for which it then shows what came of it; and
links that are none which one address may try within so many seconds."""

LINK_PAUSE = 600
"""Seconds within which an order is sent again once at most, so that nobody fills a mailbox."""

MAX_IMPORT_FILE = 20_000_000
"""Bytes of a workbook that is imported: 50 000 rows of orders come to some five millions."""

MAX_IMPORT_UNPACKED, MAX_IMPORT_PARTS = 200_000_000, 200
"""Bytes of all of a workbook's parts unpacked, and how many parts: 50 000 rows have some sixty
millions, in a dozen parts; a bomb of a few kilobytes would have gigabytes."""

MAX_IMPORT_ROWS, MAX_IMPORT_COLUMNS = 60_000, 60
"""Rows of a sheet that is imported, with its heads, and its columns: what is read of a sheet is as
large as its outermost cells span, whatever is between them."""

MAX_IMPORT_LINES = 50
"""Rows that one order, or one opening balance, is told in: each fact has a bound."""

WHOLE_LOT = 500
"""Facts that what is recorded whole is handed to the database in: of a larger lot the statement
itself would be what takes memory."""

IMPORT_STEPS, IMPORT_TOLD = 250, 200
"""Rows that an import goes on by before it says so, and looks whether it is still wanted; its
agreements that are shown with their figures."""
