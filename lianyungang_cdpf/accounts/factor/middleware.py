"""No session goes on without the second factor that its account needs."""

from django.contrib import messages
from django.contrib.auth import logout

from lianyungang_cdpf.accounts.factor.signing_in import is_complete

AGAIN = "您的岗位需要第二步验证，请重新登录。"


class SecondFactorGiven:
    """Ends a session that was opened before its account had to have a second factor: it got another role, or the
    setting was made stricter. The pages lead to the sign-in page by themselves then, the API answers 401."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and not is_complete(request):
            logout(request)
            messages.info(request, AGAIN)
        return self.get_response(request)
