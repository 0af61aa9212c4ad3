"""The files behind the pages: the same answers as the API's, under the pages' own addresses.

A browser that is logged in as both kinds of people is told apart by these addresses.
"""

from __future__ import annotations

from collections.abc import Mapping

from web.admission import Handler
from web.api.agreements import hear_aloud, see_page, see_paper, see_preview
from web.api.cases import see_code
from web.api.listening import hear_answer, hear_case, hear_own
from web.api.matters import play_voice_of_matter, see_matter_medium
from web.api.meetings import play, play_together, see_manifest, see_subtitles
from web.api.originals import see_scan
from web.api.reports import play_voice, see_medium
from web.api.representation import see_proof
from web.sites.site import Site

site = Site()
FILES: Mapping[str, Handler] = {
    "/cases/{case_id}/code.png": see_code,
    "/cases/{case_id}/media/{media_id}": see_medium,
    "/cases/{case_id}/media/{media_id}/playable.webm": play_voice,
    "/matters/{matter_id}/media/{media_id}": see_matter_medium,
    "/matters/{matter_id}/media/{media_id}/playable.webm": play_voice_of_matter,
    "/meetings/{meeting_id}/recordings/{participant}/{number}.webm": play,
    "/meetings/{meeting_id}/film.webm": play_together,
    "/meetings/{meeting_id}/film.vtt": see_subtitles,
    "/agreements/{agreement_id}/paper.pdf": see_paper,
    "/agreements/{agreement_id}/pages/{page}.png": see_page,
    "/agreements/{agreement_id}/spoken.mp3": hear_aloud,
    "/agreements/{agreement_id}/scans/{sha256}": see_scan,
    "/cases/{case_id}/spoken.mp3": hear_case,
}
for _path, _handler in FILES.items():
    site.get("/desk" + _path)(_handler)
    site.get("/m" + _path)(_handler)
site.get("/m/my/answers/{answer_id}/spoken.mp3")(hear_answer)
site.get("/m/my/data/spoken.mp3")(hear_own)
site.get("/desk/meetings/{meeting_id}/manifest.json")(see_manifest)
site.get("/desk/agreements/{agreement_id}/preview.pdf")(see_preview)
site.get("/desk/cases/{case_id}/proofs/{sha256}")(see_proof)
