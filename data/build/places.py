"""Rebuild data/places.tsv from a full list of place names: ``python data/build/places.py SOURCE.tsv``.

SOURCE has the columns name, level, status, codes, first_year, last_year, source: one row a name, ``codes`` the
GB/T 2260 codes it has had. Kept are the name, its levels, whether it is current, and the provinces (the first two
digits of its codes) it belongs or belonged to. Names without a code are units of Taiwan, Hong Kong and Macao (``71``)
or short forms, which take the provinces of the names that they abbreviate.
"""

import csv
import re
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "places.tsv"
BEYOND_GB2260 = "71"


def provinces(row: dict[str, str], coded: dict[str, set[str]]) -> list[str]:
    if row["codes"]:
        return sorted({code[:2] for code in row["codes"].split(",")})
    if row["status"] != "short":
        return [BEYOND_GB2260]
    first, last = row["name"][:2], row["name"][2:].removesuffix("旗")
    return sorted({code for name, codes in coded.items() if name.startswith(first) and last in name for code in codes})


def main(source: Path) -> None:
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    coded = {row["name"]: {code[:2] for code in row["codes"].split(",")} for row in rows if row["codes"]}
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        file.write("name\tlevel\tstatus\tprovinces\n")
        for row in sorted(rows, key=lambda row: row["name"]):
            level = re.sub("^short:", "", row["level"])
            file.write(f"{row['name']}\t{level}\t{row['status']}\t{','.join(provinces(row, coded))}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
