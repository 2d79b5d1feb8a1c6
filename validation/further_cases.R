# Further reference cases in the very form of tests/reference, on metadat's other data sets and on constructed edges.
# Run from the root of the repository: Rscript validation/further_cases.R    (half a minute)
# Needs metafor, metadat, clubSandwich and jsonlite (Debian: r-cran-*). Left out is what metafor 3.8.1 does otherwise than 5.1 (divergences.md).
suppressMessages({library(metafor); library(metadat); library(clubSandwich); library(jsonlite)})
out <- file.path("tests", "reference", "further"); unlink(out, recursive=TRUE); dir.create(out)
cases <- list()
soft <- list(R=paste(R.version$major,R.version$minor,sep="."), metafor=as.character(packageVersion("metafor")))
clean <- function(x) { if (is.list(x) && !is.data.frame(x)) return(lapply(x, clean))
  if (is.factor(x)) x <- as.character(x)
  if (is.numeric(x) && any(is.infinite(x))) { x <- ifelse(is.infinite(x), ifelse(x>0,"Infinity","-Infinity"), x) ; return(if(length(x)==1) unname(x) else as.list(unname(x))) }
  if (is.matrix(x)) return(unname(x)); unname(x) }
n <- 0
put <- function(family, name, dataset, data, call, expected, tol=1e-8, ...) {
  n <<- n+1
  data <- lapply(as.list(data), function(x) I(clean(as.vector(if (is.factor(x)) as.character(x) else x))))
  case <- list(name=name, family=family, dataset=dataset, data=data, call=call, expected=clean(expected), tol=c(list(default=tol), list(...)), software=soft)
  cases[[family]] <<- c(cases[[family]], toJSON(case, auto_unbox=TRUE, digits=15, na="null", null="null"))
}
quiet <- function(e) suppressWarnings(suppressMessages(e))
# ---------- escalc
esc <- function(name, dataset, measure, d, inputs, opts=list()) {
  cols <- lapply(inputs, function(c) d[[c]])
  r <- try(quiet(do.call(escalc, c(list(measure=measure), cols, opts))), silent=TRUE)
  if (inherits(r,"try-error")) { cat("esc fail", name, conditionMessage(attr(r,"condition")), "\n"); return(invisible()) }
  put("escalc", name, dataset, d[unlist(inputs)], c(list(fun="effect_sizes", measure=measure, inputs=as.list(inputs)), if(length(opts)) list(escalc=opts),
      list(r=sprintf('escalc(measure="%s", ...)', measure))), list(yi=c(r$yi), vi=c(r$vi)), 1e-10)
}
two <- c(m1i="m1i",sd1i="sd1i",n1i="n1i",m2i="m2i",sd2i="sd2i",n2i="n2i")
for (m in c("MD","SMD","CVR","VR","RPB","RBIS","D2ORL","D2ORN","SMD1")) for (ds in c("normand1999","gibson2002","curtis1998")) {
  d <- get(paste0("dat.",ds))
if (ds=="gibson2002" && m=="VR" || ds=="curtis1998" && m=="SMD1") next; inp <- two; if (m=="VR") inp <- two[c(2,3,5,6)]; if (m=="SMD1") inp <- two[-2]
  esc(paste(ds,m,sep="-"), paste0("dat.",ds), m, d, inp) }
d <- dat.gibson2002; t22 <- c(ai="ai",bi="bi",ci="ci",di="di")
for (m in c("RR","OR","RD","PETO","AS","PHI","YUQ","YUY","OR2DL","OR2DN","PBIT")) { esc(paste("gibson2002",m,sep="-"), "dat.gibson2002", m, d, t22) }
tn <- c(ai="ai",n1i="n1i",ci="ci",n2i="n2i")
for (ds in c("egger2001","hahn2001","lau1992","lee2004","li2007","graves2010","nielweise2007","anand1999","linde2005","yusuf1985","laopaiboon2015","hine1989")) for (m in c("RR","OR","RD","AS")) esc(paste(ds,m,sep="-"), paste0("dat.",ds), m, get(paste0("dat.",ds)), tn)
for (op in list(list(to="all"),list(to="if0all"),list(add=0.25),list(drop00=TRUE),list(add=0.1,to="all"))) for (m in c("OR","RR","RD","PETO")) esc(paste("nielweise2007",m,paste(names(op),unlist(op),collapse="-",sep=""),sep="-"), "dat.nielweise2007", m, dat.nielweise2007, tn, op)
rt <- c(x1i="x1i",t1i="t1i",x2i="x2i",t2i="t2i")
for (ds in c("hart1999","nielweise2008")) for (m in c("IRR","IRD","IRSD")) esc(paste(ds,m,sep="-"), paste0("dat.",ds), m, get(paste0("dat.",ds)), rt)
for (m in c("PR","PLN","PLO","PAS","PFT")) { esc(paste("pritz1997",m,sep="-"),"dat.pritz1997",m,dat.pritz1997,c(xi="xi",ni="ni")); esc(paste("debruin2009",m,sep="-"),"dat.debruin2009",m,dat.debruin2009,c(xi="xi",ni="ni")); esc(paste("hannum2020",m,sep="-"),"dat.hannum2020",m,dat.hannum2020,c(xi="xi",ni="ni"),list()) }
for (m in c("PR","PLN","PLO","PAS")) { d <- dat.debruin2009; d$mi2 <- d$ni-d$xi; esc(paste("debruin2009-ximi",m,sep="-"),"dat.debruin2009",m,d,c(xi="xi",mi="mi2")) }
for (m in c("COR","ZCOR")) for (ds in c("molloy2014","mcdaniel1994","cohen1981","crede2010")) esc(paste(ds,m,sep="-"),paste0("dat.",ds),m,get(paste0("dat.",ds)),c(ri="ri",ni="ni"))
esc("molloy2014-COR-AV","dat.molloy2014","COR",dat.molloy2014,c(ri="ri",ni="ni"),list(vtype="AV"))
for (m in c("PCOR","ZPCOR")) esc(paste("aloe2013",m,sep="-"),"dat.aloe2013",m,dat.aloe2013,c(ti="tval",ni="n",mi="preds"))
esc("aloe2013-SPCOR","dat.aloe2013","SPCOR",dat.aloe2013,c(ti="tval",ni="n",mi="preds",r2i="R2"))
for (m in c("ARAW","AHW","ABT")) esc(paste("bonett2010",m,sep="-"),"dat.bonett2010",m,dat.bonett2010,c(ai="ai",mi="mi",ni="ni"))
for (m in c("MPRR","MPOR","MPRD","MPORC","MPPETO")) esc(paste("bourassa1996",m,sep="-"),"dat.bourassa1996",m,dat.bourassa1996[1:40,],c(ai="lh.le",bi="lh.re",ci="rh.le",di="rh.re"))
for (m in c("MN","MNLN","CVLN","SDLN","SMN")) esc(paste("normand1999",m,sep="-"),"dat.normand1999",m,dat.normand1999, if(m=="SDLN") c(sdi="sd1i",ni="n1i") else c(mi="m1i",sdi="sd1i",ni="n1i"))
for (m in c("IR","IRLN","IRS","IRFT")) esc(paste("hart1999",m,sep="-"),"dat.hart1999",m,dat.hart1999,c(xi="x1i",ti="t1i"))
d <- data.frame(m1=c(30.6,23.5,.5,53.4,35.6),s1=c(15,3.1,.1,14.5,4.7),m2=c(38.5,26.8,.7,75.9,36),s2=c(11.6,4.1,.1,4.4,4.6),n=c(20,50,9,10,14),r=c(.47,.64,.77,.89,.44))
pr <- c(m1i="m1",sd1i="s1",m2i="m2",sd2i="s2",ni="n",ri="r")
for (m in c("MC","SMCC","SMCR","CVRC","VRC")) esc(paste("prepost",m,sep="-"),"constructed",m,d, if(m=="SMCR") pr[-4] else if(m=="VRC") pr[c(2,4,5,6)] else pr)
for (v in c("LS2","UB","AV")) esc(paste("normand1999-SMD",v,sep="-"),"dat.normand1999","SMD",dat.normand1999,two,list(vtype=v))
d <- dat.normand1999; d$ti <- round((d$m1i-d$m2i)/sqrt((d$sd1i^2+d$sd2i^2)/2)*sqrt(d$n1i*d$n2i/(d$n1i+d$n2i)),3); d$di <- round(d$ti*sqrt(1/d$n1i+1/d$n2i),4)
esc("normand1999-SMD-from-t","dat.normand1999","SMD",d,c(ti="ti",n1i="n1i",n2i="n2i")); esc("normand1999-SMD-from-d","dat.normand1999","SMD",d,c(di="di",n1i="n1i",n2i="n2i"))
cat("escalc", n, "\n")
# ---------- pairwise
tight <- function(yi, vi, ...) { unit <- median(vi)+ if(length(yi)>1) var(yi) else 0
  for (dg in 15:9) { f <- try(quiet(rma(yi, vi, ..., control=list(threshold=10^-dg*unit, tol=10^-dg*unit, maxiter=1e5, tau2.max=1e3*unit))), silent=TRUE); if (!inherits(f,"try-error")) return(f) }
  NULL }
fields <- function(f, d, mv=FALSE) { k <- f$k; fs <- fitstats(f); col <- if (f$method %in% c("REML")) 1 else 1
  e <- list(k=k, p=f$p, estimate=c(coef(f)), se=f$se, stat=c(f$zval), pval=f$pval, ci_lb=f$ci.lb, ci_ub=f$ci.ub, tau2=f$tau2, se_tau2=if(length(f$se.tau2)) f$se.tau2 else NA,
   QE=f$QE, QE_df=f$k-f$p, QE_p=f$QEp, I2=f$I2, H2=f$H2, loglik=fs[1], aic=fs[3], bic=fs[4], aicc=fs[5])
  if (f$test!="z") e$df <- if (length(f$ddf)) f$ddf[1] else f$k-f$p
  e }
unbox <- function(e) lapply(e, function(x) if (is.numeric(x)) unname(c(x)) else x)
pw <- function(name, dataset, d, call, tau2="REML", ci="z", level=95, ...) {
  f <- tight(d$yi, d$vi, method=tau2, test=ci, level=level, ...); if (is.null(f)) { cat("pw fail", name, "\n"); return(invisible()) }
  e <- unbox(fields(f)); if (abs(f$I2) < 1e-8) e$I2 <- 0; if (f$k == 1) e[c("loglik","aic","bic","aicc")] <- NULL
  p <- predict(f); if (tau2!="EE") { e$pi_lb <- p$pi.lb; e$pi_ub <- p$pi.ub }
  if (!tau2 %in% c("EE") && f$k>1) { unit <- median(d$vi); cf <- try(quiet(confint(f, control=list(tol=1e-14*unit, tau2.max=1e6*(unit+var(d$yi)), maxiter=1e4))),silent=TRUE); if(!inherits(cf,"try-error")) { cf <- cf$random; e$tau2_ci_qp <- unname(cf[1,2:3]); e$I2_ci_qp <- unname(cf[3,2:3]); e$H2_ci_qp <- unname(cf[4,2:3]) } }
  if (f$k>1) e$weights_pct <- unname(c(weights(f)))
  put("pairwise", name, dataset, attr(d,"cols"), c(call, list(tau2=tau2, ci=ci, level=level, r=sprintf("rma(yi, vi, method='%s', test='%s')", tau2, ci))), e, 1e-8)
}
load <- function(ds, measure, inputs, opts=list()) { d <- get(paste0("dat.",ds)); cols <- lapply(inputs, function(c) d[[c]])
  r <- quiet(do.call(escalc, c(list(measure=measure), cols, opts))); keep <- !is.na(r$yi)&!is.na(r$vi)
  x <- list(yi=c(r$yi)[keep], vi=c(r$vi)[keep]); attr(x,"cols") <- d[unlist(inputs)]; attr(x,"call") <- c(list(fun="meta", measure=measure, inputs=as.list(inputs)), if (length(opts)) list(escalc=opts)); x }
sets <- list(list("normand1999","MD",two), list("normand1999","SMD",two), list("gibson2002","SMD",two), list("hine1989","RD",tn), list("nielweise2007","OR",tn), list("egger2001","RR",tn), list("hart1999","IRR",rt), list("pritz1997","PLO",c(xi="xi",ni="ni")), list("molloy2014","ZCOR",c(ri="ri",ni="ni")), list("bonett2010","ABT",c(ai="ai",mi="mi",ni="ni")), list("aloe2013","ZPCOR",c(ti="tval",ni="n",mi="preds")),list("hart1999","IRD",rt),list("pritz1997","PFT",c(xi="xi",ni="ni")),list("lau1992","OR",tn))
meth <- c("EE","DL","HE","HS","HSk","SJ","ML","REML","EB","PM","PMM")
set.seed(4)
for (s in sets) { d <- load(s[[1]], s[[2]], s[[3]]); for (m in sample(meth, 5)) { ci <- sample(c("z","t","knha","adhoc"),1); pw(paste(s[[1]],s[[2]],m,ci,sep="-"), paste0("dat.",s[[1]]), d, attr(d,"call"), m, ci, sample(c(90,95,99),1)) } }
gen <- function(name, yi, vi, tau2, ci, ...) { d <- list(yi=yi, vi=vi); attr(d,"cols") <- list(yi=yi, vi=vi); pw(name, "constructed", d, list(fun="meta", inputs=list(yi="yi", vi="vi")), tau2, ci, ...) }
for (m in c("DL","REML","ML","PM","EE","SJ","HE","HS","EB")) { gen(paste0("one-study-",m), 0.3, 0.04, m, "z"); gen(paste0("two-studies-",m), c(.1,.9), c(.04,.05), m, "knha"); gen(paste0("equal-effects-",m), rep(.4,5), c(.1,.2,.05,.3,.1), m, "z"); gen(paste0("equal-effects-t-",m), rep(.4,5), c(.1,.2,.05,.3,.1), m, "t")
  gen(paste0("homogeneous-",m), c(.41,.4,.39,.42), c(.1,.2,.05,.3), m, "adhoc"); gen(paste0("small-scale-",m), c(.1,.5,.9,.2,.4)*1e-6, c(.01,.05,.02,.03,.01)*1e-12, m, "knha"); gen(paste0("large-scale-",m), c(.1,.5,.9,.2,.4)*1e6, c(.01,.05,.02,.03,.01)*1e12, m, "knha") }
for (m in c("REML","DL")) gen(paste0("extreme-weight-",m), c(.1,.5,.9,.2), c(1e-9,.05,.02,.03), m, "knha")
mh <- function(ds, measure, add, to, d=get(paste0("dat.",ds))) { f <- quiet(if (measure=="PETO") rma.peto(ai=d$ai,n1i=d$n1i,ci=d$ci,n2i=d$n2i) else rma.mh(measure=measure, ai=d$ai,n1i=d$n1i,ci=d$ci,n2i=d$n2i,add=c(.5,add),to=c("only0",to)))
  e <- list(k=f$k, estimate=c(coef(f)), se=f$se, stat=f$zval, pval=f$pval, ci_lb=f$ci.lb, ci_ub=f$ci.ub, QE=f$QE, QE_p=f$QEp, I2=f$I2, H2=f$H2)
  if (measure=="OR") e <- c(e, list(CO=f$CO, COp=f$COp, MH=f$MH, MHp=f$MHp, BD=f$BD, BDp=f$BDp, TA=f$TA, TAp=f$TAp)); 
  put("pairwise", paste(ds,measure,"mh",add,sep="-"), paste0("dat.",ds), d[unlist(tn)], if(measure=="PETO") list(fun="meta",measure="OR",inputs=as.list(tn),model="common",weighting="Peto") else list(fun="meta",measure=measure,inputs=as.list(tn),model="common",weighting="MH",mh_add=add,mh_to=to), unbox(e), 1e-8) }
for (ds in c("egger2001","nielweise2007","lau1992","lee2004","hine1989")) { for (m in c("OR","RR","RD")) mh(ds,m,0,"none"); mh(ds,"PETO",0,"none") ; mh(ds,"OR",.5,"if0all") }
for (ds in c("hart1999","nielweise2008")) for (m in c("IRR","IRD")) { d <- get(paste0("dat.",ds)); f <- quiet(rma.mh(measure=m,x1i=d$x1i,t1i=d$t1i,x2i=d$x2i,t2i=d$t2i)); put("pairwise",paste(ds,m,"mh",sep="-"),paste0("dat.",ds),d[unlist(rt)],list(fun="meta",measure=m,inputs=as.list(rt),model="common",weighting="MH",mh_add=.5,mh_to="only0"),unbox(list(k=f$k,estimate=c(coef(f)),se=f$se,stat=f$zval,pval=f$pval,ci_lb=f$ci.lb,ci_ub=f$ci.ub,QE=f$QE,QE_p=f$QEp,I2=f$I2,H2=f$H2)),1e-8) }
cat("pairwise", n, "\n")
# ---------- metareg
mr <- function(name, dataset, d, formula, tau2="REML", ci="z", level=95, newmods=NULL, btt=NULL) {
  f <- tight(d$yi, d$vi, mods=as.formula(formula), data=d, method=tau2, test=ci, level=level); if (is.null(f)) { cat("mr fail", name, "\n"); return(invisible()) }
  e <- fields(f); e$coef_names <- rownames(coef(summary(f))); e$vcov <- unname(vcov(f)); e$QM <- f$QM; e$QM_df <- f$QMdf; e$QM_p <- f$QMp; e$hat <- unname(hatvalues(f))
  if (tau2!="EE") { unit <- median(d$vi); cf <- try(quiet(confint(f, control=list(tol=1e-14*unit,tau2.max=1e6*(unit+var(d$yi))))),silent=TRUE); if (!inherits(cf,"try-error")) e$tau2_ci_qp <- unname(cf$random[1,2:3]) }
  if (!is.null(newmods)) { p <- predict(f, newmods=newmods); e$predict <- list(newmods=newmods, pred=p$pred, se=p$se, ci_lb=p$ci.lb, ci_ub=p$ci.ub, pi_lb=p$pi.lb, pi_ub=p$pi.ub) }
  if (!is.null(btt)) { a <- anova(f, btt=btt); e$test_btt <- list(btt=btt, QM=a$QM, QM_df=a$QMdf, QM_p=a$QMp) }
  if (abs(e$I2) < 1e-8) e$I2 <- 0
  put("metareg", name, dataset, d, list(fun="meta_regression", formula=formula, tau2=tau2, ci=ci, level=level, r=sprintf("rma(yi, vi, mods=%s)", formula)), e, 1e-7)
}
rb <- dat.raudenbush1985[c("study","year","weeks","setting","tester","n1i","n2i","yi","vi")]; rb$weeks[rb$weeks>3] <- 3; rb <- as.data.frame(rb); rb$yi <- c(rb$yi)
bd <- as.data.frame(dat.bangertdrowns2004)[c("year","grade","length","minutes","wic","feedback","meta","ni","yi","vi")]; bd$yi <- c(bd$yi); bdc <- na.omit(bd)
mr("raudenbush1985-weeks","dat.raudenbush1985",rb,"~ weeks","REML","knha",newmods=0:3)
mr("raudenbush1985-weeks-setting","dat.raudenbush1985",rb,"~ weeks + setting","DL","z",newmods=rbind(c(0,1),c(3,0)),btt=2:3)
mr("raudenbush1985-interaction","dat.raudenbush1985",rb,"~ weeks * tester","ML","t")
mr("raudenbush1985-factor","dat.raudenbush1985",rb,"~ factor(weeks)","REML","knha",btt=2:4)
mr("raudenbush1985-factor-no-intercept","dat.raudenbush1985",rb,"~ factor(weeks) - 1","REML","z")
mr("raudenbush1985-zero","dat.raudenbush1985",rb,"~ 0 + setting","REML","z")
mr("raudenbush1985-year-centred","dat.raudenbush1985",rb,"~ I(year-1970)","PM","adhoc")
mr("raudenbush1985-quadratic","dat.raudenbush1985",rb,"~ weeks + I(weeks^2)","EB","z")
mr("raudenbush1985-log","dat.raudenbush1985",rb,"~ log(n1i + n2i)","HE","z")
mr("raudenbush1985-sqrt-size","dat.raudenbush1985",rb,"~ I(1/sqrt(n1i+n2i)) + setting","SJ","z")
mr("bangertdrowns2004-length","dat.bangertdrowns2004",bd,"~ length","REML","knha",newmods=c(5,15))
mr("bangertdrowns2004-several","dat.bangertdrowns2004",bd,"~ length + wic + feedback + meta","REML","z",btt=3:5)
mr("bangertdrowns2004-grade","dat.bangertdrowns2004",bd,"~ factor(grade) + I(length/10)","HS","knha")
mr("bangertdrowns2004-log-ni","dat.bangertdrowns2004",bd,"~ log10(ni)","EE","z")
for (m in c("DL","HE","HS","HSk","SJ","ML","REML","EB","PM","PMM","EE")) for (ci in c("z","knha")) mr(paste("random",m,ci,sep="-"),"random",{set.seed(match(m,meth)); k<-14; x<-round(rnorm(k,50,9),1); g<-sample(c("a","b","c"),k,TRUE); vi<-round(runif(k,.02,.3),3); data.frame(x=x,g=g,yi=round(rnorm(k,.02*x,sqrt(vi+.05)),4),vi=vi)},"~ x + g",m,ci,sample(c(90,95,99),1))
for (sc in c(1e-6,1e6)) { d <- rb; d$yi <- d$yi*sc; d$vi <- d$vi*sc^2; mr(paste0("raudenbush1985-times-",sc),"dat.raudenbush1985, scaled",d,"~ weeks","REML","knha") }
an <- function(name,d,formula,X) { f <- tight(d$yi,d$vi,mods=as.formula(formula),data=d,method="REML",test="z"); a <- anova(f,X=X); put("metareg",name,"x",d,list(fun="linear_contrasts",formula=formula,X=X,r="anova(res, X=)"),list(estimate=c(a$Xb),se=a$se,stat=c(a$zval),pval=c(a$pval),QM=a$QM,QM_p=a$QMp),1e-7) }
an("raudenbush1985-contrasts",rb,"~ weeks + setting",rbind(c(1,3,0),c(0,1,-1)))
lr <- function(name,d,full,reduced) { F<-tight(d$yi,d$vi,mods=as.formula(full),data=d,method="ML"); R<-if(reduced=="~1") tight(d$yi,d$vi,method="ML") else tight(d$yi,d$vi,mods=as.formula(reduced),data=d,method="ML"); a<-anova(F,R); put("metareg",name,"x",d,list(fun="model_comparison",full=full,reduced=reduced,tau2="ML",r="anova"),list(LRT=a$LRT,pval=a$pval,loglik_full=fitstats(F)[1],loglik_reduced=fitstats(R)[1],aic_full=fitstats(F)[3],aic_reduced=fitstats(R)[3]),1e-7) }
lr("raudenbush1985-lrt",rb,"~ weeks + setting","~ weeks"); lr("bangert-lrt",bdc,"~ length + feedback","~1")
bl <- function(name,d,formula) { f <- if(formula=="~1") tight(d$yi,d$vi) else tight(d$yi,d$vi,mods=as.formula(formula),data=d); b<-blup(f); r<-ranef(f); put("metareg",name,"x",d,list(fun="blup",formula=formula,tau2="REML",r="blup"),list(pred=c(b$pred),se=b$se,pi_lb=b$pi.lb,pi_ub=b$pi.ub,ranef=c(r$pred)),1e-7) }
bl("raudenbush1985-blup",rb,"~ weeks"); bl("raudenbush1985-blup-mean",rb,"~1")
cat("metareg", n, "\n")
# ---------- multilevel
ml <- function(name, dataset, d, random, r, struct=NULL, formula=NULL, method="REML", ci="z", dfs=NULL, V=NULL, callV=NULL) {
  args <- list(d$yi, if (is.null(V)) d$vi else V, random=r, data=d, method=method, test=ci, sparse=FALSE, control=list(rel.tol=1e-10)); if (!is.null(struct)) args$struct <- struct; if (!is.null(formula)) args$mods <- as.formula(formula); if (!is.null(dfs)) args$dfs <- dfs
  f <- try(quiet(do.call(rma.mv,args)),silent=TRUE); if (inherits(f,"try-error")) { cat("ml fail",name,conditionMessage(attr(f,"condition")),"\n"); return(invisible()) }
  fs <- fitstats(f); e <- list(k=f$k,estimate=c(coef(f)),coef_names=rownames(coef(summary(f))),se=f$se,stat=c(f$zval),pval=f$pval,ci_lb=f$ci.lb,ci_ub=f$ci.ub,vcov=unname(vcov(f)),QE=f$QE,QE_p=f$QEp,loglik=fs[1],aic=fs[3],bic=fs[4])
  if (f$withS) e$sigma2 <- f$sigma2; if (f$withG) { e$tau2 <- f$tau2; e$rho <- f$rho }
  if (!is.null(formula)) { e$QM <- f$QM; e$QM_df <- f$QMdf; e$QM_p <- f$QMp }
  if (ci=="t") e$df <- f$ddf
  put("multilevel",name,dataset,d,c(list(fun="multilevel",random=random),if(!is.null(struct)) list(struct=struct),if(!is.null(formula)) list(formula=formula),if(!is.null(callV)) list(V=callV),list(method=method,ci=ci),if(!is.null(dfs)) list(dfs=dfs)),e,if (identical(struct,"UN") || name %in% c("assink2016-crossed","assink2016-HCS")) 2e-4 else 2e-6); f }
as <- as.data.frame(dat.assink2016); as$yi<-c(as$yi); be <- as.data.frame(dat.berkey1998); be$yi <- c(be$yi)
f1 <- ml("assink2016-nested","dat.assink2016",as,"1 | study/esid",~1|study/esid)
zz <- ml("assink2016-nested-t","dat.assink2016",as,"1 | study/esid",~1|study/esid,ci="t",dfs="contain")
zz <- ml("assink2016-ml","dat.assink2016",as,"1 | study/esid",~1|study/esid,method="ML",ci="t")
f2 <- ml("assink2016-mods","dat.assink2016",as,"1 | study/esid",~1|study/esid,formula="~ deltype + year")
zz <- ml("assink2016-crossed","dat.assink2016",as,"1 | study + 1 | deltype",list(~1|study,~1|deltype))
zz <- ml("assink2016-CS","dat.assink2016",as,"deltype | study",~deltype|study,struct="CS")
zz <- ml("assink2016-HCS","dat.assink2016",as,"deltype | study",~deltype|study,struct="HCS")
Vb <- bldiag(lapply(split(be[c("v1i","v2i")],be$trial),as.matrix))
zz <- ml("berkey1998-UN","dat.berkey1998",be,"outcome | trial",~outcome|trial,struct="UN",formula="~ outcome - 1",V=Vb,callV="block diagonal of (v1i, v2i) by trial")
zz <- ml("berkey1998-DIAG","dat.berkey1998",be,"outcome | trial",~outcome|trial,struct="DIAG",formula="~ outcome - 1")
zz <- ml("berkey1998-vcalc","dat.berkey1998",be,"outcome | trial",~outcome|trial,struct="HCS",formula="~ outcome - 1",V=vcalc(vi,cluster=trial,obs=outcome,rho=.6,data=be),callV="vcalc(vi, cluster=trial, obs=outcome, rho=0.6)")
ish <- reshape(as.data.frame(dat.ishak2007),direction="long",idvar="study",v.names=c("yi","vi"),varying=list(c(2,4,6,8),c(3,5,7,9))); ish <- ish[order(ish$study,ish$time),]; ish <- ish[!is.na(ish$yi),c("study","time","yi","vi")]; rownames(ish)<-NULL
for (s in c("AR","HAR","CS","UN","DIAG","HCS")) ml(paste0("ishak2007-",s),"dat.ishak2007",ish,"time | study",~time|study,struct=s,formula="~ factor(time) - 1")
rob <- function(name,dataset,d,f,model,cluster,type) { clv <<- d[[cluster]]; r <- switch(type,cr0=robust(f,cluster=clv,adjust=FALSE),cr1=robust(f,cluster=clv,adjust=TRUE),"cr2-satterthwaite"=robust(f,cluster=clv,clubSandwich=TRUE))
  e <- list(estimate=c(coef(r)),se=r$se,stat=c(r$zval),df=if(length(r$ddf)) unname(r$ddf) else r$dfs,pval=r$pval,ci_lb=r$ci.lb,ci_ub=r$ci.ub,vcov=matrix(as.numeric(vcov(r)),r$p)); if (r$p>1) {e$QM<-r$QM;e$QM_df<-r$QMdf;e$QM_p<-r$QMp}
  put("multilevel",name,dataset,d,list(fun="robust",model=model,cluster=cluster,type=type),e,1e-5) }
for (ty in c("cr0","cr1","cr2-satterthwaite")) { rob(paste("assink2016-robust",ty,sep="-"),"dat.assink2016",as,f1,"rma.mv(yi, vi, random=~1|study/esid)","study",ty)
  rob(paste("assink2016-mods-robust",ty,sep="-"),"dat.assink2016",as,f2,"rma.mv(yi, vi, mods=~deltype+year, random=~1|study/esid)","study",ty)
  rob(paste("raudenbush1985-robust",ty,sep="-"),"dat.raudenbush1985",rb,tight(rb$yi,rb$vi,mods=~weeks,data=rb),"rma(yi, vi, mods=~weeks)","study",ty)
  rob(paste("raudenbush1985-mean-robust",ty,sep="-"),"dat.raudenbush1985",rb,tight(rb$yi,rb$vi),"rma(yi, vi)","year",ty) }
cat("multilevel", n, "\n")
# ---------- influence
inf <- function(name,d,formula,tau2="REML",ci="z") { f <- if (formula=="~1") tight(d$yi,d$vi,method=tau2,test=ci) else tight(d$yi,d$vi,mods=as.formula(formula),data=d,method=tau2,test=ci); i <- quiet(influence(f)); x<-i$inf; rs<-rstandard(f); rd<-quiet(rstudent(f))
 e <- list(rstudent=x$rstudent,dffits=x$dffits,cook_d=x$cook.d,cov_r=x$cov.r,tau2_del=x$tau2.del,QE_del=x$QE.del,hat=x$hat,weight=x$weight,dfbs=as.list(as.data.frame(i$dfbs)),rstandard=rs$z,rstandard_resid=rs$resid,rstandard_se=rs$se,rstudent_resid=rd$resid,rstudent_se=rd$se,influential=i$is.infl)
 if (formula=="~1") { l<-quiet(leave1out(f)); e$leave1out<-list(estimate=l$estimate,se=l$se,pval=l$pval,ci_lb=l$ci.lb,ci_ub=l$ci.ub,Q=l$Q,Qp=l$Qp,I2=l$I2,H2=l$H2); if (tau2!="EE") e$leave1out$tau2 <- l$tau2 }
 put("influence",name,"x",d,list(fun="influence",tau2=tau2,ci=ci,formula=formula,r="influence(rma(...))"),e,1e-6) }
rs <- rb[c("study","weeks","setting","year","yi","vi")]
inf("raudenbush1985-reml",rs,"~1"); inf("raudenbush1985-weeks",rs,"~ weeks"); inf("raudenbush1985-dl-knha",rs,"~1","DL","knha"); inf("raudenbush1985-setting",rs,"~ setting + weeks"); inf("raudenbush1985-ee",rs,"~1","EE")
no <- as.data.frame(escalc(measure="SMD",m1i=m1i,sd1i=sd1i,n1i=n1i,m2i=m2i,sd2i=sd2i,n2i=n2i,data=dat.normand1999))[c("study","yi","vi")]; no$yi<-c(no$yi); inf("normand1999-pm",no,"~1","PM"); inf("normand1999-knha",no,"~1","REML","knha")
cu <- function(name,d,order,tau2,ci) { f<-tight(d$yi,d$vi,method=tau2,test=ci); ordv <<- d[[order]]; o<-order(ordv); q<-quiet(cumul(f,order=ordv)); put("influence",name,"x",d,list(fun="cumulative",order=paste(order,"(stable)"),tau2=tau2,ci=ci),list(order=o,estimate=q$estimate,se=q$se,pval=q$pval,ci_lb=q$ci.lb,ci_ub=q$ci.ub,Q=q$Q,tau2=q$tau2,I2=q$I2),1e-6) }
cu("raudenbush1985-cumul",rs,"year","REML","z"); cu("raudenbush1985-cumul-dl",rs,"weeks","DL","knha"); 
for (m in c("EE","DL")) { pdf(NULL); b<-baujat(rma(rs$yi,rs$vi,method=m,control=list(threshold=1e-14))); r<-radial(rma(rs$yi,rs$vi,method=m,control=list(threshold=1e-14,tol=1e-14))); dev.off(); put("influence",paste0("raudenbush1985-baujat-",m),"x",rs,list(fun="baujat",tau2=m),list(x=b$x,y=b$y),1e-6); put("influence",paste0("raudenbush1985-radial-",m),"x",rs,list(fun="radial",tau2=m),list(x=r$x,y=r[[2]]),1e-6) }
for (m in c("RR","OR","RD")) for (ds in c("egger2001","nielweise2007")) { d<-get(paste0("dat.",ds)); f<-quiet(rma.mh(measure=m,ai=ai,n1i=n1i,ci=ci,n2i=n2i,data=d)); l<-quiet(leave1out(f)); put("influence",paste(ds,m,"mh-loo",sep="-"),"x",d[unlist(tn)],list(fun="leave_one_out",weighting="MH",measure=m,inputs=as.list(tn)),list(estimate=l$estimate,se=l$se,ci_lb=l$ci.lb,ci_ub=l$ci.ub,Q=l$Q),1e-8); pdf(NULL); b<-quiet(labbe(f)); dev.off(); put("influence",paste(ds,m,"labbe",sep="-"),"x",d[unlist(tn)],list(fun="labbe",measure=m,inputs=as.list(tn)),list(x=b$x,y=b$y),1e-8) }
cat("influence", n, "\n")
# ---------- bias
dor <- as.data.frame(escalc(measure="RR",ai=ai,n1i=n1i,ci=ci,n2i=n2i,data=dat.lau1992))[c("ai","n1i","ci","n2i","yi","vi")]; dor$yi<-c(dor$yi); pas <- as.data.frame(dat.hackshaw1998)[c("yi","vi")]; pas$yi<-c(pas$yi)
bi <- function(nm,d) { put1 <- function(s,call,e,tol=1e-7) put("bias",paste(nm,s,sep="-"),nm,d,call,unbox(e),tol)
 for (p in c("sei","vi")) for (m in c("lm","rma")) { f<-regtest(rma(d$yi,d$vi,control=list(threshold=1e-14,maxiter=1e4)),model=m,predictor=p,control=list(threshold=1e-14,maxiter=1e4)); put1(paste("egger",m,p,sep="-"),list(fun="funnel_asymmetry",test=if(m=="lm") "Egger (weighted regression, multiplicative dispersion)" else "Egger (mixed-effects meta-regression, REML)",predictor=p,r=sprintf("regtest(..., model='%s', predictor='%s')",m,p)),list(stat=f$zval,df=if(m=="lm") f$dfs else NA,pval=f$pval,limit_estimate=f$est,limit_ci_lb=f$ci.lb,limit_ci_ub=f$ci.ub),1e-6) }
 r<-quiet(ranktest(d$yi,d$vi)); put1("begg-rank",list(fun="funnel_asymmetry",test="Begg and Mazumdar rank correlation",r="ranktest(yi, vi)"),list(tau=unname(r$tau),pval=r$pval))
 for (t in c("Rosenthal","Rosenberg")) { f<-fsn(d$yi,d$vi,type=t); put1(paste0("failsafe-",t),list(fun="fail_safe_n",type=t),list(fsnum=f$fsnum,pval=f$pval,target=f$target,average=f$meanes)) }
 for (m in c("EE","REML","DL")) for (es in c("L0","R0","Q0")) { f<-try(quiet(trimfill(rma(d$yi,d$vi,method=m,control=list(threshold=1e-14,maxiter=1e4)),estimator=es,control=list(threshold=1e-14,maxiter=1e4))),silent=TRUE); if(!inherits(f,"try-error")) put1(paste("trimfill",es,m,sep="-"),list(fun="trim_and_fill",estimator=es,tau2=m),list(k0=f$k0,se_k0=f$se.k0,side=f$side,p_k0=if(is.null(f$p.k0)) NA else f$p.k0,estimate=c(coef(f)),se=f$se,ci_lb=f$ci.lb,ci_ub=f$ci.ub,tau2=f$tau2),1e-6) }
 sei<-sqrt(d$vi); p1<-summary(lm(d$yi~sei,weights=1/d$vi))$coefficients; p2<-summary(lm(d$yi~d$vi,weights=1/d$vi))$coefficients; g<-function(p) list(estimate=p[1,1],se=p[1,2],stat=p[1,3],pval=p[1,4],slope=p[2,1],slope_se=p[2,2],slope_p=p[2,4]); put1("pet-peese",list(fun="pet_peese"),list(pet=g(p1),peese=g(p2))) }
bi("lau1992",dor); bi("hackshaw1998",pas); bi("raudenbush1985",rs[c("yi","vi")]); bi("normand1999",no[c("yi","vi")]); 
for (family in names(cases)) writeLines(c('{"cases":[', paste(cases[[family]], collapse=",\n"), "]}"), file.path(out, paste0(family, ".json")))
cat(n, "cases\n")
