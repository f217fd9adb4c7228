"""What the API takes and gives, as types; its description is made from them."""
