from datetime import UTC, datetime

from leadhall.core.ids import mint
from leadhall.requestlog.rows import RequestRow


def a_row(**more):
    told = {
        "business_id": 0,
        "uid": mint(),
        "at": datetime.now(UTC),
        "operation": "list_clients",
        "status": 200,
        "verdict": "accepted",
    }
    return RequestRow(**told | more)
