"""What is planted: every constant of the generated broker, in one place.

Owns the parameters that the other modules of `demo` draw from, and the catalogue of the
generated broker. Rates are per calendar year or per calendar month of tenure as named;
money is in yuan here alone, and whole fen everywhere else. Draws nothing and computes
nothing from data.
"""

from __future__ import annotations

from dataclasses import dataclass

SOURCE = "core"
"""The feed source that every delivery of the generated broker names."""

MONTHLY_HAZARDS = (0.21, 0.065, 0.035, 0.022, 0.016, 0.013, 0.011, 0.010, 0.009, 0.008, 0.007, 0.007)
"""Shape of the chance to end in each month of tenure; `tenure.calibrate` scales it to FIRST_SIGN_RATE."""

LATER_HAZARD = 0.005
"""The same for every month of tenure after the last of MONTHLY_HAZARDS."""

MONTH_ENDS = (30, 61, 91, 122, 152, 183, 213, 244, 274, 304, 335, 365)
"""Calendar day of tenure that closes month 1 to 12 of tenure."""

SURVIVAL_MONTHS = (1, 2, 3, 6, 12)
FIRST_SIGN_RATE = 0.70
FIRST_SIGN_MONTHS = 6

RETURN_CHANCE = 0.14
"""Chance that a client whose spell ended signs again, given endless time."""
RETURN_AFTER = 15
"""Days from the end of a spell during which nobody returns; longer than the gap that joins spells."""
RETURN_MEAN = 75.0
"""Mean days of the exponential wait after RETURN_AFTER."""

SAME_DAY_SHARE = 1 / 2000
"""Share of first signings that end on the day of signing: counted as first-time, never retained."""

LAUNCH_DAYS = 3 * 365
"""Calendar days before the last day on which the first product was offered."""
SIGNING_GROWTH = 0.25
"""Exponential growth of signings a year."""
REST_DAY_WEIGHT = 0.2
"""Signings on a day without trading, against a trading day."""

NEVER_SIGNED_SHARE = 0.16
"""Clients that never sign, against retained clients."""
TWO_ACCOUNTS_SHARE = 0.14
ZERO_ACCOUNT_SHARE = 0.015
DEBT_SHARE = 0.004
"""Accounts with a margin loan; it is fixed in money, so a few net values turn negative."""
CLOSING_SHARE = 0.45
"""Share of clients who lapsed for good that close their accounts later on."""
CLOSING_MEAN = 60.0
ACCOUNT_CLOSED_SHARE = 0.09
"""Share of final ends of a spell that come from closing the accounts."""
DECEASED_SHARE = 0.004
MOVES_A_YEAR = 0.035
LONG_PERIOD = 250
"""Trading days above which clients move once a quarter, not once a month: each day of moves is a delivery."""

ASSETS_A_CLIENT = 4_000_000_000 / 180_000
"""Signed assets per retained client on the last day, in yuan."""
ASSET_GROWTH = 0.82
VALUE_SIGMA = 1.35
"""Standard deviation of the logarithm of account values."""

YEAR_RETURN = 0.125
"""Return of the simulated market over the year up to the last day."""
EARLIER_RETURN = -0.06
"""The same for a year before that."""
MARKET_SIGMA = 0.011
BETA_MEAN = 0.80
BETA_SIGMA = 0.22
ACCOUNT_SIGMA = 0.010
"""Mean daily standard deviation of an account's own return."""

FLOWS_A_YEAR = 4.0
FLOW_SIGMA = 0.16
"""Standard deviation of the logarithm of one plus a flow's share of the account."""
SIGNED_FLOW_A_YEAR = 0.17
"""Expected flow a year, as a share of the account, from the first signing to the last end."""
OTHER_FLOW_A_YEAR = 0.04
TRADING_DAYS_A_YEAR = 243

TRADES_A_DAY = 0.06
"""Chance of turnover on an account and day."""
COMMISSION = 0.00025
MISSING_SHARE = 0.0008
"""Rows left out of the holdings; the service carries them."""

WEALTHY = 1.07
"""Standard normal wealth of a client above which the preferences of the wealthiest seventh hold."""
WEALTH_SHARE = 0.8
"""Correlation of an account's log-value with its owner's wealth."""

TIER_LIMITS = (30_000, 50_000, 100_000, 500_000)
CHANNELS = (("branch", 0.36), ("online", 0.30), ("bank", 0.18), ("referral", 0.10), ("partner", 0.06))


@dataclass(frozen=True, slots=True)
class Family:
    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Product:
    """One product: `weight` for all clients, `wealth` multiplies it for the wealthiest seventh."""

    code: str
    family: str
    name: str
    name_en: str
    risk_level: str
    regulatory_class: str
    weight: float
    wealth: float = 1.0


FAMILIES = (
    Family("trading", "智能交易", "Smart trading"),
    Family("selection", "选股与配置", "Selection and allocation"),
    Family("signals", "信号提醒", "Signals and alerts"),
    Family("advisory", "投顾服务包", "Advisory packs"),
)

PRODUCTS = (
    Product("conditional", "trading", "条件单", "Conditional orders", "R3", "tool", 82),
    Product("grid", "trading", "网格交易", "Grid trading", "R3", "tool", 41),
    Product("invest_plan", "trading", "智能定投", "Smart investment plan", "R2", "tool", 36, 0.6),
    Product("algo_split", "trading", "算法拆单", "Algorithmic order splitting", "R4", "tool", 3, 6.0),
    Product("stock_picks", "selection", "智能选股", "Smart stock picking", "R4", "advice", 45),
    Product("allocation", "selection", "资产配置助手", "Allocation assistant", "R3", "advice", 16, 1.4),
    Product("etf_rotation", "selection", "ETF 轮动", "ETF rotation", "R3", "advice", 9, 1.3),
    Product("intraday", "signals", "盘中信号", "Intraday signals", "R4", "advice", 28),
    Product("alerts", "signals", "异动提醒", "Unusual-move alerts", "R2", "tool", 19, 0.8),
    Product("adviser_picks", "advisory", "投顾精选", "Adviser picks", "R4", "advice", 7, 2.0),
    Product("fund_advisory", "advisory", "基金投顾", "Fund advisory", "R3", "advice", 5, 1.6),
    Product("checkup", "advisory", "账户诊断", "Account check-up", "R2", "advice", 3.2),
)

EXTRA_PRODUCTS = (0.46, 0.30, 0.15, 0.07, 0.02)
"""Chance of 0, 1, 2, 3 and 4 products beside the first in a spell."""
SWITCH_SHARE = 0.15
"""Share of spells longer than SWITCH_DAYS whose first product is switched for another midway."""
SWITCH_DAYS = 40
EARLY_END_SHARE = 0.25
"""Share of further products given up before the spell ends."""
SECOND_ACCOUNT_SHARE = 0.5
"""Share of further products of a client with two accounts that are signed over the second one."""
