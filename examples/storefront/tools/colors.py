"""The colours of the pictures."""

SAGE, MOSS, JUNIPER, PINE = "#9db39a", "#6f8f6c", "#1f6f54", "#234a3e"
LEAF, LEAF_DARK, LEAF_LIGHT = "#4f8a5b", "#2f6b4a", "#86b178"
CLAY, TERRACOTTA, RUST = "#cc8763", "#c4683f", "#a8452d"
SAND, OAT, CREAM, WHITE = "#dcc8a6", "#e9dcc5", "#f7efe1", "#fdfaf4"
MUSTARD, BRASS, FLAME = "#d9a441", "#c6a04a", "#f6c453"
OAK, WALNUT, DARK_WOOD = "#cda273", "#86593a", "#5f3d28"
BLUSH, PLUM = "#e3b6a3", "#7d4b5c"
DUSK, SKY, INK, STONE = "#7c8ea3", "#bed1d8", "#333f48", "#b8b0a3"
GLASS = "#cfe0dd"

BACKGROUNDS = {
    "cream": "#f3eadb",
    "mint": "#e2eae0",
    "blush": "#f2e1d7",
    "sky": "#e0e8eb",
    "straw": "#f3e8cb",
    "stone": "#e9e4dc",
}
