from django.urls import path

from accounts import token_views
from accounts.views import account, password, second_factor, sign_in

app_name = "accounts"
urlpatterns = [
    path("login/", sign_in.SignIn.as_view(), name="login"),
    path("login/code/", sign_in.SecondStep.as_view(), name="second_step"),
    path("logout/", sign_in.sign_out, name="logout"),
    path("account/", account.account, name="account"),
    path("account/sessions/<uuid:handle>/end/", account.end_session, name="end_session"),
    path("account/sessions/end-others/", account.end_other_sessions, name="end_other_sessions"),
    path("account/password/", password.change, name="password"),
    path("account/second-factor/", second_factor.setting_up, name="second_factor"),
    path("account/second-factor/begin/", second_factor.begin, name="second_factor_begin"),
    path("account/second-factor/confirm/", second_factor.confirm, name="second_factor_confirm"),
    path("account/second-factor/codes/", second_factor.new_codes, name="second_factor_codes"),
    path("account/second-factor/move/", second_factor.move, name="second_factor_move"),
    path("account/second-factor/remove/", second_factor.remove, name="second_factor_remove"),
    path("account/tokens/", token_views.tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke/", token_views.revoke, name="revoke_token"),
    path("password-reset/", password.ask_for_link, name="password_reset"),
    path("password-reset/sent/", password.link_sent, name="password_reset_sent"),
    path("password-reset/<str:uid>/<str:token>/", password.choose, name="password_reset_confirm"),
]
