"""What kind of answer a question wants, and which facts it asks for: tables of patterns, read from the top."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal[
    "clause", "compare", "unit", "contact", "who", "when", "how_much", "qualify", "how", "true_false", "list", "what"
]
Want = Literal["money", "number", "date", "contact", "unit", "procedure", "age", "education", "payment", "names"]

_WHEN = r"^when\b|\bwhen (?:is|are|was|do|does|did|will|would|can|must|should)\b|deadline|how (?:long|soon|many (?:days|months|years))"
_KINDS: list[tuple[Kind, str]] = [
    (
        "compare",
        r"对比|相比|比较一下|[和与跟].{1,20}(?:比|不同|区别|差别|异同|哪个|谁更)|有(?:什么|何|啥)(?:不同|区别|差别|异同)|区别在|差在哪|分别(?!是?(?:什么|哪些|啥|多少|指|有))"
        r"|compare|versus|\bvs\b|differ(?:s|ence|ent from)",
    ),
    (
        "contact",
        r"电话|联系人|联系方式|联系谁|邮箱|打给谁|打哪|找谁|热线|寄到哪|地址"
        r"|\b(?:phone|telephone|e-?mail|hotline|contact)\b|whom? (?:do|should|can) (?:i|we) (?:call|ask|contact)",
    ),
    (
        "who",
        r"(?:哪|什么|啥)(?:个|些|家)?(?:部门|单位|局|机构|委)|谁(?:来)?(?:负责|牵头|管|审|批|定|出)|归(?:谁|哪)|由谁|牵头单位"
        r"|which (?:department|bureau|office|agency|unit|body|authority)|who (?:is|'s|are|leads|runs|decides|handles|pays|reviews)|in charge|responsible",
    ),
    (
        "when",
        r"什么时候|何时|啥时候|几时|哪[天年月]|几[月号日]|截止|期限|多久|多长时间|几天|几年|有效期|还有效|过期"
        rf"|{_WHEN}|by what (?:date|year)|which year|expire|still valid",
    ),
    (
        "how_much",
        r"多少|几[个名万千百年家块成次套项位人]|多大|多高|比例|几何|幾多|几多|金额|标准是|how (?:much|many|high|large)|what (?:amount|percentage|share|sum)|number of",
    ),
    (
        "qualify",
        r"我.{0,60}(?:能不能|能否|可不可以|可以|能|行不|有没有|符合|够不够|算不算|有资格|享受)|符合.{0,8}(?:条件|要求)|(?:什么|哪些|啥)(?:条件|资格|要求|人(?!才))|谁(?:能|可以)"
        r"|资格|够格|门槛|eligib|qualif|(?:can|could|may|do|would|am) (?:i|we|my)\b|requirements?",
    ),
    (
        "how",
        r"怎么(?:申请|申报|办|报|领|弄|走)|如何(?:申请|申报|办理|领取)|流程|程序|步骤|材料|手续|how (?:do|can|should) (?:i|we) (?:apply|get|claim|register)|procedure|steps|documents",
    ),
    (
        "list",
        r"哪些|有什么|有啥|都有|列出|所有|几样|几项|what (?:support|measures|policies|kinds|benefits)|\blist\b|all the|which measures",
    ),
    (
        "true_false",
        r"吗|是不是|对不对|对吧|是吧|真的|有没有|能不能|是否|会不会|不是.{1,20}么|[^什怎这那多]么[？?]?$|吧[?。]?$"
        r"|^(?:in [\w ]{2,30},? )?(?:is|are|does|do|did|was|were|will|can|has|have|must|should|need)\b|is (?:it|that) (?:true|correct)|true or false|(?:right|correct|true)\?",
    ),
    ("how", r"怎么|如何|咋|怎样|\bhow\b"),
]

# 多少个 and 哪几个 ask for no sum, 十几年 for no year.
_WANTS: dict[Want, str] = {
    "money": r"多少[钱元]|(?:多少|几)万|(?<!十)几(?:百|千|块|毛)|几多(?!个|人|天|年)|金额"
    r"|(?:给|补|贴|奖|罚|交|掏|拿|领|发|退|资助|补贴|补助|奖励|津贴|经费|资金|标准|拨款)[^，。？?,;；]{0,8}(?:多少(?!个|名|人|家|套|项|次|天|年|位|件)|几多|几何|幾多)|多少.{0,3}(?:补贴|奖励|资金|经费|资助|补助|钱)"
    r"|how much|how many (?:yuan|rmb|dollars)|what (?:does|do|would|will) .{0,60}\b(?:get|receive|pay|paying|earn)\b.{0,24}\b(?:a|each|per|every) (?:month|year)|what (?:amount|sum)|how (?:large|big|high) (?:is|are)|\bamount\b|what (?:is|are|was) the [^?]{0,30}(?:fee|fees|cap|ceiling|maximum|subsidy rate|reward|limit)\b|上限|封顶|最高"
    r"|哪[个边里家]?(?:地方|城市)?(?:的?(?:补贴|奖励|资助|钱))?(?:给|补|奖|拿)?(?:得|的)?(?:更|比较)?[多高]|which .{0,60}(?:bigger|higher|larger|more generous|pays? more|gives? more)",
    "number": r"多少(?!钱|元|万)|(?<![哪了们里请聘找这那])几(?:个(?!月|钱|人[凑一合])|名|家|套|项|位|人|次|回|趟|成|批)|比例|百分之几|几折|how many|number of|percentage|what share",
    "date": r"什么时候|何时|何[日年月]|啥时候|几时|哪[天年月]|哪一[天年]|几[月号]|截止|期限|多久|多长时间|(?<!十)几[天年]|时间(?:和|是|、|[?？])"
    rf"|{_WHEN}|which year|by what|what hours",
    "contact": r"(?:哪个|什么|啥)(?:网站|网址)|网址(?:是|呢|[?？])|哪[里儿]下载|(?:电话|热线|邮箱|邮件|联系方式|联系人)(?:号码?|地址)?(?:是|多少|呢|[?？]|$|和|、|，|有没有)|(?:哪个|什么|啥|多少)(?:电话|热线|号码|邮箱)|联系谁|打给谁|打哪|门牌号|地址(?:是|在|多少|呢|[?？])"
    r"|\b(?:phone number|telephone|e-?mail address|hotline number)\b|(?:which|what) (?:phone|hotline|number|website|web address)|contact (?:person|number|detail)|whom? (?:do|should|can) (?:i|we) (?:call|contact)",
    "unit": r"(?:哪|什么|啥)(?:个|些|家)?(?:部门|单位|局|机构)(?:来)?(?:负责|牵头|管|主管|审|批|办|受理)|(?:归|由|找|问)(?:哪|什么)|谁(?:来)?(?:负责|牵头|管)|归谁|由谁|牵头单位|责任单位"
    r"|which (?:department|bureau|office|agency|unit|authority)|who (?:is|'s) (?:responsible|in charge)|who (?:leads|runs|handles)|in charge of",
    "procedure": r"怎[么样](?:才能|才可以|能)?(?:申请|申报|办|报|领|加入|参加|入会)|如何(?:申请|申报|办理|领取)|在哪(?:里|儿)?(?:申请|办|报|领)|how (?:do|can|should) (?:i|we) (?:apply|claim|register|join)",
    "age": r"多大(?:年纪|岁数|年龄)|年龄(?:有|要求|限制|上限|是|卡)|(?:卡|限|看|管)(?:不[卡限看管])?(?:年龄|岁数|年纪)|几岁|多少岁|\b(?:too old|age limit|how old)\b",
    "education": r"(?:什么|啥|哪种|要不要|看不看|卡不卡|限)(?:学历|学位|文凭)|学历(?:有|要求|限制|是)|(?:大专|本科|专科|硕士|博士)(?:学历)?(?:要不要|收不收|行不行|够不够)|what (?:degree|qualification|level of education)|degree (?:is )?(?:needed|required)",
    "payment": r"一次性?(?:给|发|付|拿|到)?[^，。？?]{0,6}还是[^，。？?]{0,6}(?:分|逐|按)|分(?:几|多少)(?:年|期|次|笔)|\blump sum\b|in one go\b|instal?lments?",
    "names": r"名单(?:是|有|为|在哪|[?？]|$)|(?:哪些|什么)[^，。]{0,6}名单|分别叫|叫什么名|是哪[几两三四五六七八九十\d]+[级项类种家](?!局|部门)|names of (?:the|all)",
}
_STEPS = (
    r"(?:什么|啥|哪些|怎么|何种)(?:样的)?(?:流程|程序|步骤|材料|手续)|(?:流程|程序|步骤|材料|手续)(?:是|有|怎|要|呢|[?？]|$)"
    r"|what (?:is|are) the (?:\w+ )?(?:procedures?|steps)|application steps"
)

_LONG = r"多久|多长时间|how (?:long|soon)"
_UNITS_ASKED: list[tuple[tuple[str, ...], str]] = [
    (("元", "美元"), _WANTS["money"]),
    (("%", "个百分点"), r"百分之(?:几|多少)|比例|几成|percent|share|proportion|what rate"),
    (("天", "日", "个工作日", "工作日"), rf"(?:几|多少)个?(?:天|日|工作日)|{_LONG}|how many (?:working |business |calendar )?days"),
    (("个月", "月"), rf"(?:几|多少)个月|{_LONG}|how many months"),
    (("年",), rf"(?:几|多少)年|{_LONG}|哪一?年|how many years|(?:which|what) year"),
    (("岁", "周岁"), r"几岁|多少岁|多大(?:年纪|岁数|年龄)|年龄|岁数|年纪|how old|\bage\b"),
    (("人", "名", "位"), r"几个人(?!才(?!能))|多少个?人(?!才(?!能))|(?:几|多少)[名位]|how many (?:people|persons|employees|workers|staff|students|experts|talents?)"),
    (("次", "趟", "届"), r"(?:几|多少)[次趟回]|how many times|how often"),
    (("家", "个", "套", "项", "门", "间", "张", "件", "平方米"), r"(?:几|多少)[家个套项门间张件平](?!月|人|工作)"),
]  # fmt: skip

_CLAIM = re.compile(
    r"对[吗么]|对不对|对吧|是[吧吗么]|没错吧|是?真的|吧[?。!]?$|(?:, |\b)(?:right|correct|true)\?|(?:is|isn't) (?:it|that|this) (?:true|correct|right)|true or false|can you confirm",
    re.IGNORECASE,
)
_WHICH_PLACES = re.compile(
    r"(?:哪些|哪几个|哪个|什么)(?:地方|城市|省市?|市|区|地区)(?!的?(?:政策)?(?:文件)?(?:被)?收录)|\b(?:which|what) (?:of the \w+ )?(?:places|cities|city|regions|districts)\b",
    re.IGNORECASE,
)
_HOLDINGS = re.compile(
    r"(?:有|收录了?|收了|包含|覆盖了?)(?:哪些|什么|哪几[份个])(?:地方的?|城市的?)?(?:政策)?(?:文件|文本|文档|资料)|收录了?(?:哪些|什么)(?:地方|城市|政策)|(?:哪些|哪几个)(?:地方|城市)的(?:政策)?(?:文件)?(?:被)?收录"
    r"|(?:which|what) (?:texts|documents|policy texts|cities|places)(?: and places)? (?:do you|does it|are) (?:have|hold|cover|held|covered|included)",
    re.IGNORECASE,
)
_LEAVE = re.compile(
    r"能不能|能否|可不可以|可以.{0,20}吗|允许|准不准|让不让|行不行|能.{0,16}吗|成吗|非得|必须.{0,10}吗|自己说了算|作数"
    r"|\b(?:allowed|may i|can i|can we|could i|permitted|must i|do i have to|is it ok)\b",
    re.IGNORECASE,
)
_WHEN_ZH = r"(?:哪一?[年天月]|几几?[年月号]|什么时候|何时|啥时候|多会儿)"
_ABOUT_DOCUMENT = re.compile(
    rf"{_WHEN_ZH}(?:开始|正式|起)?(?:发布|发的|出台|印发|公布|颁布|施行|实施|实行|执行|生效|失效|废止|到期|过期)的?"
    rf"|(?:发布|印发|出台|公布|颁布|施行|实施|实行|生效|失效)(?:的?(?:日期|时间)|于|在)(?:是|为)?(?:{_WHEN_ZH}|多少)?"
    rf"|有效期限?(?:是|为)?(?:到|至|多久|多长|几年|{_WHEN_ZH})*|(?:是否|是不是|还|仍|现在)+(?:有效|管用|算数|作数|在执行|能用)|过期了?(?:没有?|吗|么)"
    r"|(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:起)?(?:开始)?(?:发布|印发|出台|施行|实施|生效|失效|到期)的?"
    r"|文号|(?:是?谁|哪个(?:部门|单位|机关)|哪里)(?:发布|发|印发|出台|制定)的"
    r"|when (?:was|were|did|does|will)\b|(?:published|issued|adopted)|(?:come|came|comes|go|went|take|took|takes) (?:into (?:force|effect)|effect)"
    r"|still (?:valid|in force|in effect|current)|in force|since when|expire[sd]?|(?:document|doc|official) number|title of|how old|who (?:issued|published)",
    re.IGNORECASE,
)
_ISSUED = re.compile(r"发布|发的|出台|印发|公布|颁布|publish|issued|adopted", re.IGNORECASE)
_OUT_OF_SCOPE = re.compile(
    r"(?:写|作|编|来)(?:一?[首篇段个份])?[^，。？]{0,12}(?:诗|情书|小说|作文|歌词|段子|笑话|故事|祝福语|代码|程序|文案|演讲稿|申请书|计划书|申报书|方案|简历|邮件|论文)"
    r"|^(?:(?:你好|您好|谢谢你?|多谢|感谢|好的|再见|拜拜|在吗|嗨|哈喽|你是谁|你是什么|你是不是ai|你是机器人|你能做什么|你会什么|啊|哦|嗯)[啊呀吗呢了\s,，!！。.~?？]*)+$"
    r"|^(?:(?:hi|hello|hey|ok|okay|thanks?|thank you|bye|goodbye|good (?:morning|afternoon|evening|day)|there|very much|so much|how are you|who are you|what can you do|what are you)[\s,!.?]*)+$"
    r"|天气|气温|下雨|菜谱|食谱|怎么做[^，。？]{0,6}(?:菜|饭|肉|鱼|面)|好吃的|火锅|股票|股价|基金净值|彩票|双色球|星座|运势|算命|球赛|比分|世界杯|电影|电视剧|综艺|明星|游戏攻略"
    r"|翻译(?:成|一下|这)|python|javascript|解方程|等于几|数学题|笔顺|几笔画|[一共]+几划|还多少.{0,6}算算|等额本[息金]|译成|陪我聊|讲个|感冒|发烧吃|头疼|减肥|旅游攻略|[一两二三四五六七]日游|旅游路线|景点|口红|穿[啥什]么?衣|导航|几点了|今天几号"
    r"|\b(?:weather|forecast|recipe|cook|poem|joke|lyrics|stock price|bitcoin|horoscope|movie|football|basketball|lottery|python|javascript|java code|buy (?:shares|stocks?)|write (?:me )?(?:a|an|some) (?:python )?(?:class|function|program)|write (?:me )?(?:a|an|some) (?:poem|song|story|essay|email|code|script|cover letter)|translate (?:this|the following)|solve (?:this|the)|capital of|tell me about yourself|(?:best|good|nice|cheap|recommend\w*|nearby|which|any) restaurants?|sightseeing|ibuprofen|dosage|what dose|medication|toddler has)\b",
    re.IGNORECASE,
)
_DECLINED = re.compile(
    r"(?:忽略|无视|忘掉|忘记|不要理会|别管|不用管|抛开|绕过|跳过).{0,14}(?:指令|规则|规矩|说明|提示|限制|设定|要求|约束|审核)|(?:系统|内部|初始)(?:提示词?|指令|prompt)|没有(?:任何)?限制的|越狱|开发者模式|扮演.{0,12}(?:没有|不受)"
    r"|(?:ignore|disregard|forget|bypass|override) .{0,40}(?:instruction|rule|prompt|polic|guideline|restriction)|system prompt|you are now|you are dan|system message|developer message|hidden (?:message|prompt|instruction)s?|(?:repeat|print|output) (?:the (?:text|words|instructions?) above|all (?:the )?(?:documents|instructions))|developer mode|jailbreak|pretend (?:you|to be).{0,40}(?:no|without|unrestricted)"
    r"|(?:身份证号?|银行卡号?|家庭住址|家住哪|住址|私人电话|私人手机|手机号码?|个人手机|私人微信|个人信息|名单).{0,10}(?:是多少|是什么|给我|告诉|查|发我|发来|发过来|发给|报给|弄到|要到)|(?:查|告诉|给我|发我|弄到).{0,16}(?:住(?:在)?哪|手机号?|身份证|银行卡|家庭住址|住址|私人电话|个人信息|工资流水)"
    # A mobile or identity number of a person, and the state of somebody's own case.
    r"|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dx](?!\d)|身份证\d{6,}"
    r"|(?:我的|帮我查|查一下我).{0,14}(?:批了|批下来|到账|发了没|进度|审核到|受理了没)|(?:status|progress) of my (?:application|case|claim)"
    r"|的(?:家庭住址|住址|身份证号?码?|银行卡号?|私人电话|个人电话|个人手机号?|手机号码?|私人微信)"
    r"|(?:home|private) address|passport number|\b(?:id|phone) numbers\b.{0,30}\b(?:of|for) (?:every|all|each|the people)|personal (?:phone|id|mobile|cell)|(?:id|bank) (?:card )?number of|(?:his|her|their) (?:mobile|cell|bank account|salary)"
    r"|(?:提供|列出|给出|导出).{0,40}(?:身份证号|银行账[号户]|手机号|住址)|编(?:一?[份个张]).{0,24}(?:证明|公章|材料)"
    # To do it is declined; to ask what becomes of those who do is not.
    r"|(?!.*(?:处罚|处理|处置|后果|法律责任|查出|举报|被查|骗了|怎么罚|会怎|会咋|咋样))(?:伪造|造假|假造|编造|PS|做个?假|办个?假|开个?假|弄个?假|编.{0,6}假|假的?)(?:.{0,20})(?:证|材料|证明|合同|发票|社保|学历|公章|印章|成绩单|批复|文件|记录)"
    r"|教(?:教|我|一下).{0,24}(?:骗|糊弄|蒙混|塞钱|送钱|隐瞒|瞒过|冒领|套取|作弊)|(?:怎么|咋|如何).{0,8}(?:骗取|冒领|套取|塞钱|行贿)"
    r"|编(?:一?[份个张]).{0,24}(?:看着|像)真|\bhow (?:can|do|could|should) (?:i|we) (?:hide|conceal|cheat|bribe|fake|trick)|(?:forge|fake|falsify|fabricate).{0,30}(?:certificate|document|diploma|degree|contract|invoice|proof|record|stamp|seal|letter)",
    re.IGNORECASE,
)


_ONESELF = re.compile(r"我|本人|\b(?:i|i'm|my)\b", re.IGNORECASE)
_ASKING = re.compile(
    r"[?？吗呢么嗎麼啥哪几幾谁誰咋]|多少|如何|怎|能[否不]|是否|可否|有没有|有沒有|问|問|想知道|告诉|告訴|说|說|讲|講|查|[帮幫请請]|麻[烦煩]|[给給]我|把"
    r"|\b(?:what|how|which|who|whom|when|where|why|whether|can|could|may|is there|are there|do|does|did|will|would|should|tell|show|explain|list|know)\b",
    re.IGNORECASE,
)


def kind_of_question(folded: str) -> Kind:
    """Return what kind of answer a folded question wants; the first pattern that matches says so."""
    return next((kind for kind, pattern in _KINDS if re.search(pattern, folded, re.IGNORECASE)), "what")


def wants(folded: str) -> tuple[Want, ...]:
    """Return the facts that a folded question asks for."""
    found = [want for want, pattern in _WANTS.items() if re.search(pattern, folded, re.IGNORECASE)]
    # A procedure may be spoken of where a figure is asked for: 流程的时限是几天.
    if not found and re.search(_STEPS, folded, re.IGNORECASE):
        found = ["procedure"]
    # 电话是多少 and 补多少 ask for no other number.
    return tuple(want for want in found if want != "number" or not {"contact", "money"} & set(found))


def units_asked(folded: str) -> frozenset[str]:
    """Return the units in which a figure answers a folded question: 几个工作日 wants 个工作日, 天 or 日."""
    return frozenset(
        unit for units, pattern in _UNITS_ASKED if re.search(pattern, folded, re.IGNORECASE) for unit in units
    )


def is_claim(folded: str) -> bool:
    """Whether a folded question says something and asks for a yes: 截止6月30日，对吗."""
    return bool(_CLAIM.search(folded))


def asks_leave(folded: str) -> bool:
    """Whether a folded question asks what may or must be done: 能转租吗, 非得本人去吗."""
    return bool(_LEAVE.search(folded))


def asks_which_places(folded: str) -> bool:
    """Whether a folded question asks which places have something."""
    return bool(_WHICH_PLACES.search(folded))


def asks_for_holdings(folded: str) -> bool:
    """Whether a folded question asks which texts there are to answer from."""
    return bool(_HOLDINGS.search(folded))


def is_introduction(text: str) -> bool:
    """Whether somebody only says who they are, and asks nothing: 我45岁，高级技师，老家在株洲，想回去带徒弟."""
    return bool(_ONESELF.search(text)) and not _ASKING.search(text) and kind_of_question(text) == "what"


def without_document_words(folded: str) -> str | None:
    """Return a question without the words that ask when a text was issued, or how long it holds; None where none do."""
    rest = _ABOUT_DOCUMENT.sub(" ", folded)
    return None if rest == folded else rest


def fact_of_document(folded: str) -> Literal["number", "issue", "term"]:
    """Return what a question about a text asks for: its 文号, when and by whom it was issued, or how long it holds."""
    return (
        "number"
        if re.search("文号|(?:document|doc|official) number|title of", folded)
        else "issue"
        if _ISSUED.search(folded)
        else "term"
    )


def is_out_of_scope(folded: str) -> bool:
    """Whether a question wants something other than policy: a poem, the weather, a translation."""
    return bool(_OUT_OF_SCOPE.search(folded))


def is_to_be_declined(folded: str) -> bool:
    """Whether a question wants private data or a forgery, or gives the machine orders."""
    return bool(_DECLINED.search(folded))
