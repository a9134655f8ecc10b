"""What is shipped: per policy the climate, the container, the goods and the parties.

Time constants are chosen, not measured: no openly licensed shipment log could calibrate them.
They give the known shape: air follows the door in minutes, goods follow the air in hours.
"""

from __future__ import annotations

import msgspec

from twins.errors import ConfigurationFault

from .physics import Ambient, Container


class Product(msgspec.Struct, frozen=True):
    """A product class on its usual lane.

    Attributes:
        title: What people call a unit of it.
        set_point_celsius: What the cooling holds; None where there is no cooling.
        overcooled_celsius: What a stuck thermostat blows.
        start_celsius: Temperature of the goods at the start.
        ambient: Outside air on the lane.
        container: Thermal time constants.
        humidity_percent: Mean relative humidity inside; None where it is not measured.
        parties: Shipper, carrier and consignee.
        places: Where it starts and where it arrives.
    """

    title: str
    set_point_celsius: float | None
    overcooled_celsius: float
    start_celsius: float
    ambient: Ambient
    container: Container
    humidity_percent: float | None
    parties: tuple[str, str, str]
    places: tuple[str, str]


PRODUCTS = {
    "vaccine-2-8": Product(
        title="Vaccine carton",
        set_point_celsius=4.6,
        overcooled_celsius=-8.0,
        start_celsius=5.0,
        ambient=Ambient(24.0, 4.0),
        container=Container(240.0, 12.0, 10.0, 90.0, 110.0),
        humidity_percent=None,
        parties=("northlab-biologics", "arctic-freight", "harbour-hospital"),
        places=("Basel", "Lyon"),
    ),
    "frozen-20": Product(
        title="Frozen fish pallet",
        set_point_celsius=-21.5,
        overcooled_celsius=-30.0,
        start_celsius=-21.0,
        ambient=Ambient(20.0, 5.0),
        container=Container(300.0, 15.0, 12.0, 90.0, 260.0),
        humidity_percent=None,
        parties=("fjord-seafood", "polar-lines", "market-hall"),
        places=("Bergen", "Hamburg"),
    ),
    "chilled-produce": Product(
        title="Fresh-cut salad pallet",
        set_point_celsius=2.0,
        overcooled_celsius=-7.0,
        start_celsius=2.5,
        ambient=Ambient(26.0, 6.0),
        container=Container(240.0, 12.0, 10.0, 90.0, 120.0),
        humidity_percent=93.0,
        parties=("verde-farms", "sun-road-haulage", "city-grocers"),
        places=("Murcia", "Lyon"),
    ),
    "fragile-electronics": Product(
        title="Display panel crate",
        set_point_celsius=None,
        overcooled_celsius=0.0,
        start_celsius=22.0,
        ambient=Ambient(21.0, 7.0),
        container=Container(60.0, 8.0, 10.0, 120.0, 120.0),
        humidity_percent=45.0,
        parties=("lumen-displays", "swift-parcel", "techpark-store"),
        places=("Eindhoven", "Turin"),
    ),
}
"""Product classes by the id of their policy."""


class UnknownProduct(ConfigurationFault):
    """No product class belongs to this policy."""

    def __init__(self, policy: str) -> None:
        self.policy = policy
        super().__init__(
            f"nothing simulated has policy {policy!r}; known are {', '.join(PRODUCTS)}"
        )


def product_of(policy: str) -> Product:
    """Return the product class that a policy judges.

    Raises:
        UnknownProduct: Nothing simulated has this policy.
    """
    if policy not in PRODUCTS:
        raise UnknownProduct(policy)
    return PRODUCTS[policy]
