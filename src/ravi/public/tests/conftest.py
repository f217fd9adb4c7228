"""The citizens' pages are tested on copies as the ledger holds them; the wall before it is publishing's."""

from ravi.delivery.tests.conftest import orders_need_no_yes

__all__ = ["orders_need_no_yes"]
