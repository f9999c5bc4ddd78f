"""The end of a scan: an answer without rows is believed only when a second, different question agrees."""

from __future__ import annotations

from typing import Final

from loader.errors import ProtocolError
from loader.extract.asking import BY_ID, Asker
from loader.wms.page import Page
from loader.wms.response import BadRequestError, is_ordering_refused

TRIES: Final = 5
"""Times an answer without rows is asked for again before the scan fails."""
FALSE_END: Final = "an answer without rows was wrong"


class Ending:
    """Judges the answers without rows of one scan.

    The second question is the highest id of the same scan, without a lower bound: it should show the last row read,
    which is positive evidence. An entity that refuses ``ordering`` is asked for the last row itself and what follows.
    """

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._scan = asker.scan
        self._last_read: int | None = None
        self._doubts = 0

    def read(self, last_id: int) -> None:
        """Takes the highest id of a page with rows."""
        self._last_read = last_id
        self._doubts = 0

    def is_confirmed(self, empty: Page, after_id: int | None, *, ordered: bool) -> bool:
        """Whether nothing is left after `after_id`; after a wrong answer it waits, so that it can be asked for again.

        Args:
            empty: the answer without rows.
            ordered: whether the entity takes ``ordering``.

        Raises:
            ProtocolError: WMS_PROTO_003, the answers keep contradicting each other.
            SourceError: WMS_PERM_002, the user may no longer read the entity; else what the client raises.
        """
        if self._agrees(empty, after_id, ordered):
            return True
        self.doubt()
        return False

    def doubt(self) -> None:
        """Records a wrong answer and waits before the question is repeated.

        Raises:
            ProtocolError: WMS_PROTO_003, it has been repeated often enough.
        """
        self._doubts += 1
        self._asker.doubt(FALSE_END)
        if self._doubts > TRIES:
            raise _breach(self._asker.scan.entity)
        self._asker.client.pause(self._doubts)

    def _agrees(self, empty: Page, after_id: int | None, ordered: bool) -> bool:
        if empty.status == 404 and self._last_read is None:
            # no row of this scan has shown yet that the user may read the entity
            self._asker.client.check_readable(self._scan.entity)
        if empty.unusable and self._asker.are_all(len(empty.unusable), after_id):
            # what is left was shown, and none of it can be landed
            return True
        if not ordered:
            return self._agrees_without_order(empty, after_id)
        try:
            highest = self._asker.highest()
        except BadRequestError as refused:
            if not is_ordering_refused(refused):
                raise
            return self._agrees_without_order(empty, after_id)
        if not highest.keys:
            return empty.status == highest.status and self._is_plausibly_empty(after_id, ordered=True)
        return self._is_last(highest.keys[0].id, after_id)

    def _is_last(self, highest: int, after_id: int | None) -> bool:
        if after_id is None or highest > after_id:
            return False
        # a lower one: the last row is gone, or the order was ignored; then the first question decides again
        return highest == after_id or not self._asker.ask(after_id, self._scan.until_id).page.keys

    def _agrees_without_order(self, empty: Page, after_id: int | None) -> bool:
        until_id = self._scan.until_id
        if self._last_read is not None and self._scan.is_stable:
            shown = [key.id for key in self._asker.from_row(self._last_read, until_id).keys]
            return shown == [self._last_read] if shown else self._is_plausibly_empty(after_id, ordered=False)
        again = self._asker.some_after(after_id, until_id, "sequenced")
        if again.keys or again.status != empty.status:
            return False
        return self._is_plausibly_empty(after_id, ordered=False)

    def _is_plausibly_empty(self, after_id: int | None, *, ordered: bool) -> bool:
        """Both questions show nothing at all. That contradicts rows that are known to exist."""
        known = (self._last_read,) if self._last_read is not None else self._scan.known_ids
        if not known:
            return True
        if not self._asker.shows_any(known):
            self._asker.client.check_readable(self._scan.entity)
            return False
        if self._scan.is_stable:
            # a scan without a window must still show the row
            return False
        # the row has left the window, or the user could not read the entity until just now: the first question decides
        return not self._asker.ask(after_id, self._scan.until_id, BY_ID if ordered else ()).page.row_count


def _breach(entity: str) -> ProtocolError:
    return ProtocolError(
        "WMS_PROTO_003",
        f"Can't read {entity} to its end: the WMS says that no rows are left, and another question shows that this is "
        "wrong.",
        hint="Run again: reading continues after the last complete page. If it repeats, report it to Oracle support.",
        context={"entity": entity},
    )
