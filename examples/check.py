#!/usr/bin/env python3
"""Counts from the feed itself what the demo's summary counts from the messages that arrived."""
import collections
import decimal
import json
import pathlib

feed = pathlib.Path(__file__).parent / "src/main/resources/earthquakes.json"
quakes = json.loads(feed.read_text(encoding="utf-8"), parse_float=decimal.Decimal)["features"]


def square(quake):
    east, north = quake["geometry"]["coordinates"][:2]
    east, north = int((east + 180) // 2), int((north + 90) // 1)
    return f"{chr(65 + east // 10)}{chr(65 + north // 10)}{east % 10}{north % 10}"


def magnitude(quake):
    return decimal.Decimal(quake["properties"]["mag"])


def depth(quake):
    return decimal.Decimal(quake["geometry"]["coordinates"][2])


total = sum(map(magnitude, quakes))
strongest, deepest = max(quakes, key=magnitude), max(quakes, key=depth)
busiest = collections.Counter(map(square, quakes)).most_common(1)[0]

print(f"quakes archived       {len(quakes)}")
print(f"sum of magnitudes     {total}")
print(f"mean magnitude        {total / len(quakes):.4f}")
print(f"strongest             {magnitude(strongest)}, {strongest['properties']['place']}")
print(f"magnitude 5 and more  {sum(magnitude(quake) >= 5 for quake in quakes)}")
print(f"deepest               {depth(deepest)} km, {deepest['properties']['place']}")
print(f"busiest grid square   {busiest[0]}, {busiest[1]} quakes")
