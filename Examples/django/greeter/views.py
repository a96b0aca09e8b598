"""What the project answers."""

from django.http import HttpResponse


def greeter(request):
    name = request.POST.get("name", "world")
    return HttpResponse(f"Hello {name}, I am Django!", content_type="text/plain")
