"""Lists of facial attributes that networks predict, in the order of their outputs."""

CELEBA_40 = (
    "5_o_Clock_Shadow",
    "Arched_Eyebrows",
    "Attractive",
    "Bags_Under_Eyes",
    "Bald",
    "Bangs",
    "Big_Lips",
    "Big_Nose",
    "Black_Hair",
    "Blond_Hair",
    "Blurry",
    "Brown_Hair",
    "Bushy_Eyebrows",
    "Chubby",
    "Double_Chin",
    "Eyeglasses",
    "Goatee",
    "Gray_Hair",
    "Heavy_Makeup",
    "High_Cheekbones",
    "Male",
    "Mouth_Slightly_Open",
    "Mustache",
    "Narrow_Eyes",
    "No_Beard",
    "Oval_Face",
    "Pale_Skin",
    "Pointy_Nose",
    "Receding_Hairline",
    "Rosy_Cheeks",
    "Sideburns",
    "Smiling",
    "Straight_Hair",
    "Wavy_Hair",
    "Wearing_Earrings",
    "Wearing_Hat",
    "Wearing_Lipstick",
    "Wearing_Necklace",
    "Wearing_Necktie",
    "Young",
)
"""CelebA's attributes in the official order."""

ATTRIBUTE_SETS = {"celeba40": CELEBA_40}


def get_attribute_set(name: str) -> tuple[str, ...]:
    """Attributes of a published set.

    Raises:
        ValueError: If there is none of this name.
    """
    if name not in ATTRIBUTE_SETS:
        raise ValueError(
            f"no attribute set {name!r}; there are {', '.join(ATTRIBUTE_SETS)}"
        )
    return ATTRIBUTE_SETS[name]
