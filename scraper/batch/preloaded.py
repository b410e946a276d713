"""Loads, when it is imported, what every page needs: the code, the language model and the tables.

The server that workers are forked from imports it, so that they share it all and start at once. The page has something
for every stage, as each loads its tables when it first needs them.
"""

import gc

from scraper.cleaning import clean
from scraper.model import Page

PAGE = """<html><head><title>新桥昨天通车_某某网</title></head><body><h1>新桥昨天通车</h1>
<p>2026-11-01 08:00 来源：某某日报 记者 王小明</p>
<p>新桥昨天上午通车，市民过河的时间由四十分钟缩短到十分钟，桥头还开通了三条公交线路。</p><img src="a.jpg">
<p>“以后上班不用绕路了。”住在河西的居民说，他每天要往返两岸一次。</p>
<p>（责任编辑：韩梅）</p><p>桂林市| 长治县| 榆中县| 利津县| 怀柔区| 定南县|</p></body></html>"""

clean(Page(url="http://www.example.cn/1.html", body=PAGE.encode()))
gc.freeze()  # the garbage collector writes to all that it walks, which would give each worker a copy of its own
