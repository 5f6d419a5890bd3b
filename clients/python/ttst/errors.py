"""What can go wrong between a client and its daemon. All of it is a TtstError.

    TtstError
      ApiError            the daemon refused: what, why and which field
        BadRequest 400, Unauthorized 401, Forbidden 403, NotFound 404, Conflict 409,
        TooLarge 413, Impossible 422, TooManyRequests 429, ServerFailure 500, Unavailable 503
      InvalidArgument     what was given cannot be used, and nothing was sent; a ValueError too
      Unreachable         there is no daemon at the URL, or it went away; a ConnectionError too
      Timeout             no answer in time; a TimeoutError too
        WaitTimeout       the job that was waited for is not over yet
      UnexpectedAnswer    somebody answered, but not as ttstd does

After Unreachable, Timeout and UnexpectedAnswer it is not known whether the daemon has done what it
was asked for.
"""

from typing import Dict, Optional, Type


class TtstError(Exception):
    """Any failure of a request."""


class InvalidArgument(TtstError, ValueError):
    """What was given, or what the environment says, cannot be used; the message names it. Nothing
    was sent."""


class ApiError(TtstError):
    """The daemon's refusal.

    request      what was asked: "POST /move"
    status       the HTTP status, 400 to 599
    title        the status's phrase
    detail       one sentence: what is wrong, or what is allowed
    field        the field or query parameter at fault ("boards[17]"), or None
    request_id   under which the daemon's log has the request, or None
    retry_after  in how many seconds trying again may work, or None
    """

    def __init__(
        self,
        request: str,
        status: int,
        title: str,
        detail: str,
        field: Optional[str] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[int] = None,
    ) -> None:
        # All of them, because that is what copying and pickling an exception call it with again.
        super().__init__(request, status, title, detail, field, request_id, retry_after)
        self.request = request
        self.status = status
        self.title = title
        self.detail = detail
        self.field = field
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        parts = [self.request, f"{self.status} {self.title}", self.field, self.detail]
        text = ": ".join(part for part in parts if part)
        return f"{text} (request {self.request_id})" if self.request_id else text


class BadRequest(ApiError):
    """400: a field is unknown, missing or of the wrong type."""


class Unauthorized(ApiError):
    """401: the daemon wants a token, and this is none of its tokens."""


class Forbidden(ApiError):
    """403: the token may play, but neither train nor change brains."""


class NotFound(ApiError):
    """404: there is no such brain, checkpoint or job."""


class Conflict(ApiError):
    """409: it contradicts what is there, such as a brain with other options, or in training."""


class TooLarge(ApiError):
    """413: the body is longer than the daemon takes, as with too many boards at once."""


class Impossible(ApiError):
    """422: well said, but it cannot be: out of range, an unreachable or finished board, ..."""


class TooManyRequests(ApiError):
    """429: too much at once; `retry_after` says how many seconds to rest."""


class ServerFailure(ApiError):
    """500: the daemon's database is damaged."""


class Unavailable(ApiError):
    """503: not now. The daemon is going down, cannot write, or has reached a limit."""


class Unreachable(TtstError, ConnectionError):
    """There is no daemon at the URL, or it went away before it answered."""


class Timeout(TtstError, TimeoutError):
    """No answer in time."""


class WaitTimeout(Timeout):
    """The job is not over yet, and goes on."""


class UnexpectedAnswer(TtstError):
    """An answer that ttstd does not give: a proxy's page, JSON that was cut, a field missing.

    status  the answer's HTTP status, or None where that was not known yet
    """

    def __init__(self, message: str, status: Optional[int] = None) -> None:
        super().__init__(message)
        self.status = status


_BY_STATUS: Dict[int, Type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    422: Impossible,
    429: TooManyRequests,
    500: ServerFailure,
    503: Unavailable,
}


def class_for_status(status: int) -> Type[ApiError]:
    """The kind of refusal that an HTTP status stands for."""
    return _BY_STATUS.get(status, ApiError)
