"""Pictures of pages: what a phone shows of a paper."""

import io

import pypdfium2
import pytest
from PIL import Image

from documents.page_pictures import PagePictures
from domain.errors import BadInput, NotFound

WIDTH = 900


async def last_page(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        pages = len(document)
    png = await PagePictures().picture(pdf, pages, WIDTH)
    return Image.open(io.BytesIO(png)).convert("RGB")


def seal_red(picture):
    return sum(
        red > 180 and green < 60 and blue < 60 for red, green, blue in picture.get_flattened_data()
    )


def dark(picture):
    return sum(max(pixel) < 90 for pixel in picture.get_flattened_data())


async def test_each_hand_and_the_seal_are_seen_on_the_page_once_they_are_there(ceremony):
    frozen, one, parties, mediator, sealed = [
        await last_page(pdf)
        for pdf in (
            ceremony.frozen,
            ceremony.one_signed,
            ceremony.parties_signed,
            ceremony.mediator_signed,
            ceremony.sealed,
        )
    ]

    assert dark(frozen) < dark(one) < dark(parties) < dark(mediator)
    assert seal_red(mediator) < 100
    assert seal_red(sealed) > 3000


async def test_a_page_that_is_not_there_and_a_width_beyond_bounds_are_refused(ceremony):
    with pytest.raises(NotFound):
        await PagePictures().picture(ceremony.frozen, 99, WIDTH)
    with pytest.raises(BadInput):
        await PagePictures().picture(ceremony.frozen, 1, 5000)
