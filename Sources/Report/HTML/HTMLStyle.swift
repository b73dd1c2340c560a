// The look every page has: light and dark by the reader's own setting, readable on a phone and on paper. Colours say the
// same as on the terminal, and never alone: a word or a sign stands beside each.

/// Rules of style.
public enum HTMLStyle {
    /// Colours, text, tables, badges, paper.
    public static let common = """
        :root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#5b6470;--line:#d5dae0;--soft:#f3f5f8;--link:#0b57b3;\
        --good:#116b35;--warn:#8a5300;--bad:#b3151f;--goodbg:#e2f4e8;--warnbg:#fdf0d9;--badbg:#fde5e6;--notebg:#e6eefb}
        @media (prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e4e8ed;--dim:#9aa5b1;--line:#333a43;--soft:#1d2127;\
        --link:#7ab3ff;--good:#6fd394;--warn:#f0b65a;--bad:#ff8d92;--goodbg:#16301f;--warnbg:#36290f;--badbg:#3b191c;\
        --notebg:#1a2942}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:78rem;padding:1rem;background:var(--bg);color:var(--fg);\
        font:15px/1.45 system-ui,"Segoe UI","DejaVu Sans",sans-serif;overflow-wrap:anywhere}
        h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.1rem;margin:1.4rem 0 .5rem}h3{font-size:.95rem;margin:1rem 0 .3rem}
        code,.mono,td,th,summary{font-family:ui-monospace,"DejaVu Sans Mono",Consolas,monospace;font-size:.86rem}
        .dim{color:var(--dim)}.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
        .badge{display:inline-block;padding:0 .45rem;border-radius:.6rem;font-size:.78rem;white-space:nowrap;background:var(--soft)}
        .badge.error{background:var(--badbg);color:var(--bad)}.badge.warning{background:var(--warnbg);color:var(--warn)}
        .badge.notice,.badge.info{background:var(--notebg);color:var(--fg)}.badge.ok{background:var(--goodbg);color:var(--good)}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;min-width:100%}
        th,td{text-align:left;vertical-align:top;padding:.25rem .6rem;border-bottom:1px solid var(--line)}
        thead th{color:var(--dim);font-weight:600;white-space:nowrap}
        td.bad,td.warn{font-weight:600}td.bad{background:var(--badbg)}td.warn{background:var(--warnbg)}
        :focus-visible{outline:2px solid var(--link);outline-offset:2px}
        a{color:var(--link)}
        @media (max-width:40rem){body{padding:.6rem;font-size:14px}th,td{padding:.2rem .35rem}}
        @media print{:root{--bg:#fff;--fg:#000;--dim:#444;--line:#bbb;--soft:#f4f4f4;--good:#064;--warn:#630;--bad:#900;\
        --goodbg:#fff;--warnbg:#fff;--badbg:#fff;--notebg:#fff}body{max-width:none;padding:0;font-size:10pt}\
        .screen{display:none!important}.scroll{overflow:visible}.badge{border:1px solid var(--line)}}

        """
}
