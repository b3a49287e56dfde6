"""The reader of recordings: it sees a reply before its fdatasync, and a 201 before its reply."""

import pytest
from proof.order.trace import look_through

FIRST_UID, SECOND_UID = "1m8aaaaaaaaaaaaa", "1m8bbbbbbbbbbbbb"
HEARD = r'51 recvfrom(9<s[1]>, "B\0\0\0\31\0\0\0\vcreate_lead'
BATCH = HEARD + rf'\0\0\0\020{FIRST_UID}\0\0\0\020{SECOND_UID}\0", 8192, 0, NULL, NULL) = 90'
WRITTEN = r'51 pwrite64(68</d/pg_wal/0001>, "\1\2", 8192, 0) = 8192'
SYNCED = "51 fdatasync(68</d/pg_wal/0001>) = 0"
REPLIED = r'51 sendto(9<socket:[1]>, "2\0\0\0\4D\0C\0\0\0\rSELECT 2\0Z\0\0\0\5I", 126, 0, NULL, 0) = 126'
ROWS = r'51 sendto(9<socket:[1]>, "2\0\0\0\4D\0\0\0\245", 8192, 0, NULL, 0) = 8192'
NOTHING = "51 recvfrom(9<socket:[1]>, 0xd652c0, 8192, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)"
ANSWERED = r'46 writev(25<socket:[2]>, [{iov_base="HTTP/1.1 201 Created\r\nx-request-id: UID\r\n", iov_len=9}], 1) = 9'
FIRST = ANSWERED.replace("UID", FIRST_UID)
SECOND = ANSWERED.replace("UID", SECOND_UID)
GOOD = [BATCH, WRITTEN, SYNCED, ROWS, REPLIED, NOTHING, FIRST, SECOND]


def test_two_leads_of_one_commit_in_order():
    found = look_through(GOOD)

    assert (found.answered, found.in_order, found.commits, found.faults) == (2, 2, 1, [])


def test_a_call_cut_in_two_counts_by_its_end():
    begun, ended = SYNCED.replace(") = 0", " <unfinished ...>"), "51 <... fdatasync resumed>) = 0"

    assert look_through([BATCH, WRITTEN, begun, NOTHING, ended, REPLIED, FIRST]).faults == []
    assert len(look_through([BATCH, WRITTEN, begun, REPLIED, ended, FIRST]).faults) == 1


def test_another_process_may_sync_for_it():
    assert look_through([BATCH, SYNCED.replace("51 ", "33 "), REPLIED, FIRST]).in_order == 1


@pytest.mark.parametrize(
    "lines",
    [
        [BATCH, WRITTEN, REPLIED, FIRST],  # never synced
        [SYNCED, BATCH, WRITTEN, REPLIED, FIRST],  # synced for somebody else, before it was asked
        [NOTHING, SYNCED, BATCH, WRITTEN, REPLIED, FIRST],
        [BATCH, SYNCED, WRITTEN, REPLIED, FIRST],  # the commit was written after
        [BATCH, WRITTEN, SYNCED.replace("= 0", "= -1 EIO (Input/output error)"), REPLIED, FIRST],
        [BATCH, WRITTEN, SYNCED.replace("/pg_wal/", "/base/"), REPLIED, FIRST],
        [BATCH, WRITTEN, SYNCED, FIRST, REPLIED],  # told before the reply
        [BATCH, WRITTEN, SYNCED, ROWS, FIRST],  # rows are no reply to COMMIT
    ],
)
def test_what_is_out_of_order_is_a_fault(lines):
    found = look_through(lines)

    assert (found.answered, found.in_order, len(found.faults)) == (1, 0, 1)
