// What a report adds to plain text: search, filters, keys, links that open what they lead to, and everything opened for
// paper. It builds no HTML, loads nothing and keeps nothing.

enum ReportScript {
    static let text = """
        "use strict";(()=>{
        const find=s=>document.querySelector(s),rows=[...document.querySelectorAll("details.x")],box=find("#q"),form=find("#controls");
        const picks=[...document.querySelectorAll("select[data-key]")],count=find("#count");
        const texts=new Map();
        const text=row=>{let t=texts.get(row);if(t===undefined){t=(row.textContent+" "+row.dataset.fates).toLowerCase();texts.set(row,t)}return t};
        const apply=()=>{
        const words=box.value.toLowerCase().split(/\\s+/).filter(Boolean);let shown=0;
        for(const row of rows){
        let fits=picks.every(p=>p.value==="*"||(" "+row.dataset[p.dataset.key]+" ").includes(" "+p.value+" "));
        if(fits&&words.length){const t=text(row);fits=words.every(w=>w[0]==="-"&&w.length>1?!t.includes(w.slice(1)):t.includes(w))}
        row.hidden=!fits;if(fits)shown++}
        count.textContent=shown===rows.length?rows.length+(rows.length===1?" exchange":" exchanges"):shown+" of "+rows.length+" exchanges";
        };
        let wait=0;
        box.addEventListener("input",()=>{clearTimeout(wait);wait=setTimeout(apply,120)});
        for(const p of picks)p.addEventListener("change",apply);
        form.addEventListener("submit",e=>e.preventDefault());
        form.addEventListener("reset",()=>setTimeout(apply,0));
        for(const b of document.querySelectorAll("button.pick"))b.addEventListener("click",()=>{box.value=b.dataset.q;apply();find("#controls").scrollIntoView({block:"start"});box.focus()});
        const go=()=>{const row=location.hash.length>1&&document.getElementById(decodeURIComponent(location.hash.slice(1)));
        if(row){row.hidden=false;row.open=true;row.scrollIntoView({block:"start"});row.firstElementChild.focus()}};
        addEventListener("hashchange",go);go();
        const move=by=>{const all=rows.filter(r=>!r.hidden);if(!all.length)return;
        const at=all.indexOf(document.activeElement.closest&&document.activeElement.closest("details.x"));
        const next=all[Math.max(0,Math.min(all.length-1,at<0?0:at+by))];next.firstElementChild.focus();next.scrollIntoView({block:"nearest"})};
        const severe=picks.find(p=>p.dataset.key==="severity");
        addEventListener("keydown",e=>{
        if(e.key==="Escape"){form.reset();setTimeout(apply,0);document.activeElement.blur();return}
        if(e.ctrlKey||e.metaKey||e.altKey||/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName))return;
        if(e.key==="/"){e.preventDefault();box.focus();box.select()}
        else if(e.key==="j")move(1);else if(e.key==="k")move(-1);
        else if(e.key==="o"){const row=document.activeElement.closest("details.x");if(row)row.open=!row.open}
        else if(e.key==="e"){severe.value=severe.value==="error"?"*":"error";apply()}
        });
        let opened=[];
        addEventListener("beforeprint",()=>{const shut=[...document.querySelectorAll("details:not([open])")].filter(d=>!d.closest("[hidden]"));for(const d of shut)d.open=true;opened.push(...shut)});
        addEventListener("afterprint",()=>{for(const d of opened)d.open=false;opened=[]});
        })();
        """
}

extension ReportPage {
    static let look = """
        .groups{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(24rem,100%),1fr));gap:.6rem}
        .group,.finding{border:1px solid var(--line);border-left:4px solid var(--dim);border-radius:.4rem;padding:.2rem .8rem;background:var(--soft)}
        .group h3,.finding h3{margin:.4rem 0}.group p,.finding p{margin:.3rem 0}
        .finding{margin:.6rem 0}.error{border-left-color:var(--bad)}.warning{border-left-color:var(--warn)}
        .controls{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;position:sticky;top:0;background:var(--bg);padding:.5rem 0;z-index:1}
        .controls input{flex:1 1 18rem}input,select,button{font:inherit;color:inherit;background:var(--soft);border:1px solid var(--line);border-radius:.4rem;padding:.3rem .5rem}
        button{cursor:pointer}kbd{border:1px solid var(--line);border-radius:.3rem;padding:0 .3rem;font-size:.8rem}
        details.x{border-bottom:1px solid var(--line);scroll-margin-top:4rem}details.x[open]{background:var(--soft);border-radius:.4rem}
        details.x>summary{display:flex;flex-wrap:wrap;gap:.15rem .7rem;padding:.35rem .4rem;cursor:pointer;list-style:none;align-items:baseline}
        details.x>summary::before{content:"▸";color:var(--dim)}details.x[open]>summary::before{content:"▾"}
        .path{flex:1 1 14rem;min-width:0}.inside{padding:0 .6rem .8rem}
        [hidden]{display:none!important}
        .news{padding-left:1.1rem;margin:.5rem 0;font-size:.88rem}
        .matrix{margin:.5rem 0;background:var(--bg)}.value{font-weight:400}td.dim .value{color:var(--fg)}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem .8rem;margin:.4rem 0;font-size:.88rem}dt{color:var(--dim);grid-column:1}dd{margin:0;grid-column:2}
        pre{overflow-x:auto;white-space:pre-wrap;font-size:.82rem;background:var(--bg);padding:.5rem;border-radius:.3rem}
        .messages>summary{cursor:pointer;color:var(--dim);padding:.3rem 0}
        .timeline{margin:0}.timeline svg{width:100%;height:7rem;background:var(--soft);border-radius:.4rem;display:block}
        figcaption{display:flex;justify-content:space-between;flex-wrap:wrap;font-size:.82rem}
        .answered{fill:#3f9d63;color:#3f9d63}.refused{fill:#d9902b;color:#d9902b}.failed{fill:#d0393f;color:#d0393f}
        .phases{width:100%;height:.7rem;background:var(--line);border-radius:.3rem;display:block}
        .connect{fill:#8f6fc9}.tls{fill:#5a7fd6}.wait{fill:#3f9d63}.receive{fill:#2b8fb3}
        @media (max-width:40rem){dl{grid-template-columns:1fr}dt,dd{grid-column:1}.keys{display:none}.controls{position:static}.path{flex-basis:100%;order:9}}
        @media print{details.x{break-inside:avoid-page}details.x[open]{background:none}.timeline svg{height:3rem;background:none;border:1px solid var(--line)}}
        """
}
