"""The organisation of the generated broker: one headquarters, its branches and outlets.

Owns names and sizes of units. Rows are (unit, parent, level, name, name_en). Knows no
client; `people` places clients by the outlet weights given here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_OUTLETS = 300
CLIENTS_AN_OUTLET = 66
OUTLETS_A_BRANCH = 10

CITIES = (
    "广州 Guangzhou,深圳 Shenzhen,佛山 Foshan,东莞 Dongguan,珠海 Zhuhai,惠州 Huizhou,中山 Zhongshan,"
    "汕头 Shantou,湛江 Zhanjiang,江门 Jiangmen,海口 Haikou,南宁 Nanning,桂林 Guilin,厦门 Xiamen,福州 Fuzhou,"
    "泉州 Quanzhou,长沙 Changsha,武汉 Wuhan,南昌 Nanchang,杭州 Hangzhou,宁波 Ningbo,上海 Shanghai,"
    "苏州 Suzhou,南京 Nanjing,北京 Beijing,天津 Tianjin,成都 Chengdu,重庆 Chongqing,西安 Xi'an,昆明 Kunming"
)
ROADS = (
    "中山路 Zhongshan Road,人民路 Renmin Road,解放路 Jiefang Road,建设路 Jianshe Road,和平路 Heping Road,"
    "新华路 Xinhua Road,文化路 Wenhua Road,朝阳路 Chaoyang Road,迎宾路 Yingbin Road,滨江路 Binjiang Road,"
    "环城路 Huancheng Road,花园路 Huayuan Road,学院路 Xueyuan Road,体育路 Tiyu Road,湖滨路 Hubin Road,"
    "长江路 Changjiang Road,东风路 Dongfeng Road,友谊路 Youyi Road,青年路 Qingnian Road,科技路 Keji Road"
)


@dataclass(frozen=True, slots=True)
class Units:
    """The units as rows, the outlets among them, and how clients spread over the outlets."""

    rows: tuple[tuple[str, str, str, str, str], ...]
    outlets: tuple[str, ...]
    branch_of: NDArray[np.int32]
    """Index of the branch of each outlet."""
    weights: NDArray[np.float64]
    """Share of all clients that each outlet serves; adds up to one."""


def sizes(clients: int) -> tuple[int, int]:
    """Return the numbers of branches and outlets of a broker with so many retained clients."""
    outlets = min(MOST_OUTLETS, max(2, round(clients / CLIENTS_AN_OUTLET)))
    return max(1, round(outlets / OUTLETS_A_BRANCH)), outlets


def build(clients: int, rng: np.random.Generator) -> Units:
    """Return the units for a broker with so many retained clients; branches differ in size."""
    branches, outlets = sizes(clients)
    cities = [entry.split(" ", 1) for entry in CITIES.split(",")]
    roads = [entry.split(" ", 1) for entry in ROADS.split(",")]
    branch_of = np.sort(np.concatenate((np.arange(branches), _spread(branches, outlets - branches, rng))))
    rows = [("HQ", "", "headquarters", "总部", "Headquarters")]
    rows += [
        (f"B{b + 1:02d}", "HQ", "branch", f"{cities[b][0]}分公司", f"{cities[b][1]} Branch") for b in range(branches)
    ]
    codes: list[str] = []
    counts = [0] * branches
    for number, branch in enumerate(branch_of.tolist()):
        road = roads[counts[branch] % len(roads)]
        counts[branch] += 1
        code = f"U{number + 1:03d}"
        name = f"{cities[branch][0]}{road[0]}营业部"
        rows.append((code, f"B{branch + 1:02d}", "outlet", name, f"{cities[branch][1]} {road[1]} Outlet"))
        codes.append(code)
    weights = rng.lognormal(0.0, 0.5, outlets)
    return Units(tuple(rows), tuple(codes), branch_of.astype(np.int32), weights / weights.sum())


def _spread(branches: int, outlets: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return a branch for each outlet beyond the first of its branch, never more than there are roads."""
    limit = len(ROADS.split(",")) - 1
    pool = np.repeat(np.arange(branches), limit)
    keys = rng.random(len(pool)) / np.repeat(rng.uniform(0.6, 1.4, branches), limit)
    return pool[np.argsort(keys, kind="stable")[:outlets]]
