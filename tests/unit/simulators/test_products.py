import pytest

from simulators.limits import read_limits
from simulators.products import PRODUCTS, UnknownProduct, product_of


@pytest.mark.parametrize("policy", PRODUCTS)
def test_a_product_starts_and_is_held_within_its_own_limits(policy: str) -> None:
    product = product_of(policy)
    for celsius in (product.start_celsius, product.set_point_celsius):
        for limit in read_limits(policy):
            if limit.quantity == "temperature" and celsius is not None:
                assert celsius < limit.limit if limit.side == "upper" else celsius > limit.limit


def test_a_policy_without_a_product_is_refused() -> None:
    with pytest.raises(UnknownProduct, match="lava"):
        product_of("lava")
