from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.urls import include, path


@login_required
def account(request):
    social = request.user.socialaccount_set.get()
    return JsonResponse({"user": request.user.username, **social.extra_data})


urlpatterns = [path("accounts/", include("allauth.urls")), path("", account)]
