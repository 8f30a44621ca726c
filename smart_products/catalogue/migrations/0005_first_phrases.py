"""The first list of banned phrases and of their contexts, of our own making; compliance keeps it from then on."""

from __future__ import annotations

from django.db import migrations


PHRASES = {
    ("zh", "principal"): (
        "保本 保障本金 保证本金 本金保障 本金保证 本金安全 本金无忧 本金不受损失 本金不会亏损 本金零损失 刚性兑付 兜底 包赔 亏损包赔 亏了我赔"
        " 不亏本 不会亏 不会亏损 不会亏钱 绝不亏损 永不亏损 稳赚不赔 只赚不赔 只赚不亏 只涨不跌 零亏损 0亏损 无亏损 承担损失 保底 保本保收益"
        " 保本保息 保證本金 補償損失 补偿损失"
    ),
    ("zh", "promise"): (
        "稳赚 穩賺 稳赢 稳盈 稳获 包赚 包盈利 必赚 必赢 必涨 必盈 必定盈利 一定赚 一定盈利 肯定赚 肯定盈利 保证收益 保證收益 保证盈利 保证获利"
        " 保证赚钱 保证回报 保收益 保息 保盈 保证不亏 保证不赔 承诺收益 承诺回报 收益保证 收益有保证 收益有保障 收益保障 固定收益率 固定回报"
        " 无风险收益 无风险套利 无风险回报 100%盈利 100%收益 100%成功 100%赚钱 百分百盈利 百分百收益 百分百赚 百分之百盈利 百分之百收益 躺赚 躺着赚"
        " 坐等赚钱 胜率100% 最低收益 预期收益率 目标收益率"
    ),
    ("zh", "plays_down"): (
        "零风险 零風險 0风险 〇风险 无风险 没有风险 毫无风险 风险为零 风险极低 几乎无风险 低风险高收益 低风险高回报 高收益低风险 高回报低风险"
        " 低风险稳收益 安全无忧 绝对安全 百分百安全 100%安全 高枕无忧 安全可靠 风险可忽略 风险可以忽略 风险很小"
    ),
    ("zh", "lure"): (
        "暴利 暴富 一夜暴富 翻倍收益 收益翻倍 资产翻倍 快速翻倍 翻番收益 财务自由 财富自由 发家致富 高额回报 高额收益 超高收益 内幕消息 内部消息"
        " 内部股票 牛股推荐 抓涨停 抓住涨停 涨停密码 黑马股 稳健高收益 轻松赚钱 轻松盈利 日入过万 月入过万 送股票 开户送"
    ),
    ("zh", "pressure"): (
        "错过不再 错过再等一年 机不可失 最后机会 最后一天 仅剩名额 名额有限 仅限今日 限时抢购 限时秒杀 抢购 欲购从速 手慢无 马上签约 立即签约送"
        " 不签就亏"
    ),
    ("zh", "superlative"): (
        "业内第一 行业第一 全国第一 市场第一 收益第一 全网最高 全网最低 收益最高 最高收益 最佳投资 最佳收益 史上最强 国家级 顶级投顾 首选产品"
        " 唯一正确 百战百胜 战无不胜 万无一失 股神"
    ),
    ("en", "principal"): (
        "capital guaranteed|guaranteed capital|principal guaranteed|guaranteed principal|capital protected|principal protected"
        "|capital protection|principal protection|protects your principal|your money is safe|your capital is safe"
        "|your principal is safe|no loss|no losses|zero loss|zero losses|without loss|without losses|without any loss"
        "|cannot lose|can't lose|never lose|never loses|never lost|won't lose|will not lose|impossible to lose"
        "|cover your losses|covers your losses|compensate your losses|make good your losses"
    ),
    ("en", "promise"): (
        "guarantee|guarantees|guaranteed|guaranteeing|assured return|assured returns|assured profit|assured income"
        "|certain profit|certain return|certain gain|sure profit|sure win|sure gain|sure thing|sure fire"
        "|always profitable|always win|always wins|can only rise|will certainly rise|bound to rise|promised return"
        "|promised returns|promise of profit|promises returns|fixed return|fixed returns|100% profit|100% return"
        "|100% success|100% win rate|minimum return|expected rate of return|target return|effortless profit"
    ),
    ("en", "plays_down"): (
        "risk free|no risk|no risks|zero risk|without risk|without any risk|riskless|absolutely safe|completely safe"
        "|perfectly safe|100% safe|low risk high return|low risk high returns|low risk and high return"
        "|low risk and high returns|high return low risk|high returns low risk|high returns at low risk"
        "|high return with low risk|high returns with low risk|negligible risk|hardly any risk|worry free"
    ),
    ("en", "lure"): (
        "get rich|become rich|make a fortune|double your money|double your assets|doubles your money|easy money|fast money"
        "|quick money|free money|financial freedom|huge profits|huge returns|enormous returns|skyrocketing|next big stock"
        "|insider tip|insider tips|inside information|hot stock|hot stocks|passive riches"
    ),
    ("en", "pressure"): (
        "last chance|only today|today only|act now|sign now|hurry|while places last|limited places|don't miss out|do not miss out"
        "|once in a lifetime|before it is too late"
    ),
    ("en", "superlative"): (
        "best returns|best performing|highest returns|highest return|number one in the market|unbeatable|never fails"
        "|beats the market|always right|infallible"
    ),
}

EXCUSES = {
    "zh": (
        "不… 不得… 不能… 不会… 无法… 未… 从不… 从未… 并不… 并非… 不是… 不代表… 不意味… 不意味着… 不等于… 不构成… 不作为… 不存在… 没有… 不承诺…"
        " 不保证… 不担保… 不承诺…或者… 不承诺…或… 不承诺…和… 不承诺…也不… 不保证…或者… 不保证…或… 不保证…和… 不得承诺… 不得保证… 不得承诺…或者…"
        " 不得以任何方式承诺… 不得以任何方式承诺或者保证… 不得以任何方式承诺或者… 不得承诺或者… 不承诺或者… 不保证或者… 不得承诺或者保证… 不作出… 不作任何… 不对…作出承诺 不提供… 不提供任何… 不做任何…"
        " 不构成任何… 不构成对…的承诺 不构成…的承诺 不构成…的保证 不保证一定… 不承诺一定… 不代表一定… 不应理解为… 不得理解为… 不应视为… 不得视为…"
        " 不应当期待… 请勿相信… 不要相信… 任何承诺…的说法都不可信 谎称… 声称…的都是骗局 不保证任何… 不承诺任何… 不保证您… 不承诺您… 不保证您的…"
        " 不保证投资者… 不承诺承担损失 投资者自行承担损失 自行承担损失 由您承担损失 您自行承担损失 您承担损失 由客户承担损失 无风险收益率 无风险利率"
    ),
    "en": (
        "not …|no …|nor …|never …|neither …|cannot …|can not …|nobody can …|no one can …|without any …|not a …|not an …|no such …|not any …|not be …"
        "|not to …|not … or …|not … and …|not … nor …|no … or …|neither … nor …|cannot be …|can not be …|can never …|can never be …"
        "|not in any way …|not promise …|not promise that …|not … that …|not promise a …|not promise any …|not promise or …|not offer …|not offer a …|not offer any …"
        "|not mean …|not mean a …|not imply …|not imply a …|not a promise of …|not a promise or …|not a promise or a …|is no …|are no …"
        "|there is no …|there are no …|not give a …|not give any …|gives no …|give no …|makes no … |not provide a …|not provide any …|does not …|do not …"
        "|did not …|will not …|must not …|may not …|nothing is …|nothing here is …|nothing here is a …|nobody …|no investment is …|no product is …"
        "|no strategy is …|no order type is …|whoever promises a …|whoever promises …|no risk free"
    ),
}

TAKES_BACK = {
    "zh": (
        "不可能不… 不会不… 不是不… 不得不… 不能不… 没有不… 无不… 怎能不… 怎么不… 岂能不… 岂会不… 哪能不… 不用不… 难道不… 不存在不… 从不不…"
        " 不只… 不仅… 不光… 不但… 不止… 从未不… 不能说不… 谁说不… 为什么不… 不怕不…"
    ),
    "en": (
        "not only …|not just …|not merely …|never not …|not not …|why not …|cannot but …|not without …|no doubt …|not unlike …"
        "|there is no way it is not …|no one says it is not …|not never …|never without …"
    ),
}

NEVER_DELETED = """
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""


def _parts(language, text):
    """Chinese phrases stand apart by spaces, English ones by bars."""
    return [part.strip() for part in text.split("|" if language == "en" else " ") if part.strip()]


def fill(apps, _schema_editor):
    phrase = apps.get_model("catalogue", "BannedPhrase")
    context = apps.get_model("catalogue", "PhraseContext")
    phrase.objects.bulk_create(
        phrase(language=language, phrase=one, reason=reason)
        for (language, reason), text in PHRASES.items()
        for one in _parts(language, text)
    )
    context.objects.bulk_create(
        context(language=language, wording=one, excuses=excuses)
        for excuses, lists in ((True, EXCUSES), (False, TAKES_BACK))
        for language, text in lists.items()
        for one in _parts(language, text)
    )


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0004_terms"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        *(
            migrations.RunSQL(NEVER_DELETED.format(table=table), f"DROP TRIGGER never_deleted ON {table}")
            for table in ("catalogue_bannedphrase", "catalogue_phrasecontext")
        ),
    ]
