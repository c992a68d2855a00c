// Scripts as somebody types them, and which of them is written into which field.
import { createHash } from "node:crypto";

/** Each tries to run `alert` in another way: as an element, out of an attribute, as an address, as Markdown, as an entity. */
export const tricks = [
  "<script>alert(1)</script>", "\"><script>alert(1)</script>", "'><img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
  "<svg><animate onbegin=alert(1) attributeName=x dur=1s>", "</title><script>alert(1)</script>", "</textarea><img src=x onerror=alert(1)>",
  "</script><script>alert(1)</script>", "<body onload=alert(1)>", "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
  "<iframe src=javascript:alert(1)>", "<details open ontoggle=alert(1)>x</details>", "<input autofocus onfocus=alert(1)>",
  "<a href=javascript:alert(1) id=x>x</a>", "[x](javascript:alert(1))", "![x](x\"onerror=alert(1))", "<math><mtext><script>alert(1)</script>",
  "<x onclick=alert(1) onfocus=alert(1) tabindex=1 autofocus>x", "\" autofocus onfocus=alert(1) x=\"", "' onmouseover=alert(1) '",
  "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)&#60;/script&#62;",
  "\u003cscript\u003ealert(1)\u003c/script\u003e", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<!--><img src=x onerror=alert(1)-->",
  "<style>@import 'javascript:alert(1)';</style>", "<link rel=stylesheet href=data:text/css,*{color:red}>", "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
  "<base href=javascript:alert(1)//>", "<object data=javascript:alert(1)>", "<embed src=javascript:alert(1)>", "<form action=javascript:alert(1)><button>x</button>",
  "<button formaction=javascript:alert(1) autofocus>x", "<video><source onerror=alert(1)>", "<audio src=x onerror=alert(1)>", "<marquee onstart=alert(1)>x</marquee>",
  "<svg><a xlink:href=javascript:alert(1)><text x=20 y=20>x</text></a></svg>", "<svg><set attributeName=href to=javascript:alert(1)></svg>", "<template><script>alert(1)</script></template>",
  "{{constructor.constructor('alert(1)')()}}", "${alert(1)}", "#{alert(1)}", "<%= alert(1) %>", "];alert(1);//", "';alert(1);//", "\";alert(1);//", "`${alert(1)}`",
  "<scr<script>ipt>alert(1)</scr</script>ipt>", "<ScRiPt>alert(1)</sCrIpT>", "<img src=\"x\" onerror=\"&#97;lert(1)\">", "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
  "<svg><style><img src=x onerror=alert(1)></style></svg>", "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">", "<<script>alert(1)//<</script>",
  "<p style=\"background:url(javascript:alert(1))\">x</p>", "<div style=width:expression(alert(1))>", "<img src=x:x onerror=alert(1)//", "<table background=javascript:alert(1)>",
  "\u2028<script>alert(1)</script>", "<script\u00a0>alert(1)</script>", "<img/src=x/onerror=alert(1)>", "<isindex type=image src=1 onerror=alert(1)>",
];

/** Those that fit where twenty characters are taken: a unit. */
const short = tricks.filter((it) => it.length <= 20);

/** The trick for a field: always the same one, and over all fields each of them. */
export const trickFor = (words) => {
  const some = / unit$/.test(words) ? short : tricks;
  return some[createHash("sha256").update(words).digest().readUInt32BE() % some.length];
};

/** A name for a file, with the trick in it. */
export const nameFor = (words, ending) => `${trickFor(words)}.${ending}`;
