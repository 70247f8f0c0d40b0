"""Problems: what stops this message, and what `mailweave check` finds in the workspace."""

from __future__ import annotations

from mailweave.previewer import Panel, Shown
from mailweave_preview.markup import render


class ProblemsPanel(Panel):
    """What is wrong, with its place and remedy."""

    name = "problems"
    title = "Problems"
    order = 30

    def body(self, shown: Shown) -> str:
        from mailweave_preview.previewer import here

        audits = here().audits
        audits.want()
        others = [problem for problem in audits.problems if problem not in shown.problems]
        return render("panels/problems.html", shown=shown, others=others, looked=audits.version is not None, current=audits.current)

    def badge(self, shown: Shown) -> str:
        from mailweave_preview.previewer import here

        return str(len({*shown.problems, *here().audits.problems}) or "")
