from typing import Annotated

import msgspec
import pytest

from twins.policy.shape_mistakes import Mistake, shape_mistakes


class Wheel(msgspec.Struct, forbid_unknown_fields=True):
    size: Annotated[int, msgspec.Meta(ge=1, le=9)]


class Cart(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    wheels: tuple[Wheel, ...] = ()
    spare: Wheel | None = None

    def __post_init__(self) -> None:
        """Demand what no member can be asked alone."""
        if self.spare is not None and not self.wheels:
            reason = "a spare wheel without wheels"
            raise ValueError(reason)


@pytest.mark.parametrize("document", [{"name": "a"}, {"name": "a", "wheels": [{"size": 9}]}])
def test_document_of_the_shape_has_no_mistake(document: object) -> None:
    assert not list(shape_mistakes(document, Cart))


def test_every_mistake_is_found_where_it_stands() -> None:
    document = {"wheels": [{"size": 1}, {"size": 10, "colour": "red"}], "spare": 3}
    assert list(shape_mistakes(document, Cart)) == [
        Mistake("name", None, "text in quotation marks", "is missing"),
        Mistake("wheels[1].size", 10, "a whole number from 1 to 9"),
        Mistake("wheels[1].colour", "red", "one of the keys size", "is no key here"),
        Mistake("spare", 3, "a table of keys and values"),
    ]


def test_member_that_may_be_none_and_is_none_is_no_mistake() -> None:
    (found,) = shape_mistakes({"name": 3, "spare": None}, Cart)
    assert found.key == "name"


def test_members_that_do_not_go_together_are_a_mistake_of_their_table() -> None:
    document = {"name": "a", "spare": {"size": 1}}
    (found,) = shape_mistakes(document, Cart)
    assert (found.key, found.found) == ("", document)
