"""Pages of rows that a person sees only of their own centres."""

from django.http import HttpRequest

from portal.admin_base import PortalModelAdmin


class OfOwnCentres(PortalModelAdmin):
    """Says of a row that is not shown why that may be, and nothing of what is in it, nor whether there is one."""

    def not_here(self, request: HttpRequest) -> str:
        """Name the centres as a reason to those who do not see all."""
        if request.user.has_perm("evidence.all_centres"):
            return super().not_here(request)
        name = self.opts.verbose_name
        return f"You cannot see this {name}: it belongs to a centre that you do not work for, or it is gone."
