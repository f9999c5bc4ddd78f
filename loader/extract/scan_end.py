"""Confirms the end of a scan: an empty page counts only if a second, different request agrees."""

from __future__ import annotations

from typing import Final

from loader.errors import ProtocolError
from loader.extract.scan_requests import BY_ID, ScanRequests
from loader.wms.page import Page
from loader.wms.response import BadRequestError, is_ordering_refused

TRIES: Final = 5
"""Maximum number of repeats after a wrong empty page; then the scan fails."""
FALSE_END: Final = "an empty page was wrong"


class ScanEnd:
    """Checks the empty pages of one scan.

    The second request asks for the highest id of the same scan, without a lower bound. It must return the last row
    read. If the entity rejects ``ordering``, the second request asks for the last row and the rows after it.
    """

    def __init__(self, requests: ScanRequests) -> None:
        self._requests = requests
        self._scan = requests.scan
        self._last_read: int | None = None
        self._repeats = 0

    def read(self, last_id: int) -> None:
        """Record the highest id of a page with rows."""
        self._last_read = last_id
        self._repeats = 0

    def is_confirmed(self, empty: Page, after_id: int | None, *, ordered: bool) -> bool:
        """Whether no rows are left after `after_id`. If the page was wrong, wait so that the caller can repeat it.

        Args:
            empty: the empty page.
            ordered: whether the entity accepts ``ordering``.

        Raises:
            ProtocolError: WMS_PROTO_003, the responses still contradict each other after `TRIES` repeats.
            SourceError: WMS_PERM_002, the user lost the permission on the entity; see also `WmsClient.page`.
        """
        if self._agrees(empty, after_id, ordered):
            return True
        self.wait_to_repeat()
        return False

    def wait_to_repeat(self) -> None:
        """Record a wrong response and wait before the request is repeated.

        Raises:
            ProtocolError: WMS_PROTO_003, the request was repeated `TRIES` times.
        """
        self._repeats += 1
        self._requests.record_fault(FALSE_END)
        if self._repeats > TRIES:
            raise _breach(self._requests.scan.entity)
        self._requests.client.pause(self._repeats)

    def _agrees(self, empty: Page, after_id: int | None, ordered: bool) -> bool:
        if empty.status == 404 and self._last_read is None:
            # the scan has read no row, so nothing has proved the permission yet
            self._requests.client.check_readable(self._scan.entity)
        if empty.unusable and self._requests.are_all(len(empty.unusable), after_id):
            # the page shows all remaining rows, and none can be loaded
            return True
        if not ordered:
            return self._agrees_without_order(empty, after_id)
        try:
            highest = self._requests.highest()
        except BadRequestError as refused:
            if not is_ordering_refused(refused):
                raise
            return self._agrees_without_order(empty, after_id)
        if not highest.keys:
            return self._both_are_empty(empty, highest, after_id, ordered=True)
        return self._is_last(highest.keys[0].id, after_id)

    def _is_last(self, highest: int, after_id: int | None) -> bool:
        if after_id is None or highest > after_id:
            return False
        # lower: the last row was deleted, or the server ignored the order; repeat the first request
        return highest == after_id or not self._requests.ask(after_id, self._scan.until_id).page.keys

    def _agrees_without_order(self, empty: Page, after_id: int | None) -> bool:
        until_id = self._scan.until_id
        if self._last_read is not None and self._scan.is_stable:
            shown = [key.id for key in self._requests.from_row(self._last_read, until_id).keys]
            return shown == [self._last_read] if shown else self._is_plausibly_empty(after_id, ordered=False)
        again = self._requests.some_after(after_id, until_id, "sequenced")
        return not again.keys and self._both_are_empty(empty, again, after_id, ordered=False)

    def _both_are_empty(self, empty: Page, second: Page, after_id: int | None, *, ordered: bool) -> bool:
        """Whether two empty responses prove the end. If their status differs, the permission may have changed between
        them; a tenant may also answer its page modes differently. The first request, sent again, decides.
        """
        if not self._is_plausibly_empty(after_id, ordered=ordered):
            return False
        if empty.status == second.status:
            return True
        self._requests.client.check_readable(self._scan.entity)
        return not self._requests.ask(after_id, self._scan.until_id, BY_ID if ordered else ()).page.row_count

    def _is_plausibly_empty(self, after_id: int | None, *, ordered: bool) -> bool:
        """Whether no rows in either response can be right: not if rows that are known to exist should be shown."""
        known = (self._last_read,) if self._last_read is not None else self._scan.known_ids
        if not known:
            return True
        if not self._requests.shows_any(known):
            self._requests.client.check_readable(self._scan.entity)
            return False
        if self._scan.is_stable:
            # a scan without a window must still include the row
            return False
        # the row left the window, or the permission was granted just now: repeat the first request
        return not self._requests.ask(after_id, self._scan.until_id, BY_ID if ordered else ()).page.row_count


def _breach(entity: str) -> ProtocolError:
    return ProtocolError(
        "WMS_PROTO_003",
        f"Can't read all of {entity}: the WMS reports no more rows, but another request shows that rows are left.",
        hint="Run it again: reading continues after the last complete page. If the error persists, report it to "
        "Oracle support.",
        context={"entity": entity},
    )
