# Reference values for multilevel, robust, GLMM and selection models.
# Run from the root of the repository: Rscript validation/mixed_models.R
# Needs metafor, metadat, clubSandwich, lme4, numDeriv, BiasedUrn (Debian: r-cran-*).
suppressMessages({library(metafor); library(clubSandwich)})

num <- function(x) ifelse(is.na(x), "null", ifelse(is.infinite(x), ifelse(x > 0, "\"Infinity\"", "\"-Infinity\""), sprintf("%.15g", x)))
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    return(paste0("{", paste0("\"", names(x), "\":", vapply(x, json, ""), collapse = ","), "}"))
  }
  if (is.matrix(x)) return(paste0("[", paste(apply(x, 1, json), collapse = ","), "]"))
  if (is.factor(x)) x <- as.character(x)
  if (is.character(x)) return(paste0("[", paste0("\"", x, "\"", collapse = ","), "]"))
  if (is.logical(x)) x <- as.numeric(x)
  paste0("[", paste(num(as.vector(x)), collapse = ","), "]")
}
cases <- list()
add <- function(name, data, r, expected) {
  cases[[length(cases) + 1]] <<- sprintf(
    "{\"name\":\"%s\",\n\"r\":\"%s\",\n\"data\":%s,\n\"expected\":%s}",
    name, gsub("\"", "'", r), json(data), json(expected))
}
columns <- function(d, names) as.list(d[names])

# --- multilevel ------------------------------------------------------------------------------
tight <- list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15, maxit = 10000)
mv <- function(fit) list(
  estimate = coef(fit), se = fit$se, pval = fit$pval, ci_low = fit$ci.lb, ci_high = fit$ci.ub,
  df = if (is.null(fit$ddf)) NULL else fit$ddf,
  sigma2 = if (fit$withS) fit$sigma2 else NULL, tau2 = if (fit$withG) fit$tau2 else NULL,
  rho = if (fit$withG) fit$rho else NULL, QE = fit$QE, QM = fit$QM, QM_p = fit$QMp,
  loglik = c(logLik(fit)), aic = AIC(fit), bic = BIC(fit))

b <- dat.berkey1998
Vb <- vcalc(vi = 1, cluster = author, rvars = c(v1i, v2i), data = b)
bd <- list(yi = b$yi, V = as.matrix(Vb), trial = b$trial, outcome = b$outcome,
           year = b$year - mean(b$year), PD = as.numeric(b$outcome == "PD"))
for (struct in c("UN", "CS", "HCS", "DIAG", "ID")) for (method in c("REML", "ML")) {
  fit <- rma.mv(yi, Vb, mods = ~ outcome - 1, random = ~ outcome | trial, struct = struct,
                data = b, method = method, control = tight)
  add(paste("berkey1998", struct, method, sep = "-"), bd,
      sprintf("rma.mv(yi, V, mods = ~ outcome - 1, random = ~ outcome | trial, struct = '%s', method = '%s')", struct, method), mv(fit))
}
fit <- rma.mv(yi, Vb, mods = ~ outcome - 1, random = ~ outcome | trial, struct = "UN", data = b, control = tight)
ci <- confint(fit)
add("berkey1998-UN-confint", bd, "confint(rma.mv(..., struct = 'UN'))", list(
  tau2_1 = c(ci[[1]]$random[1, 2:3]), tau2_2 = c(ci[[2]]$random[1, 2:3]), rho = c(ci[[3]]$random[1, 2:3])))
re <- ranef(fit)[[1]]
add("berkey1998-UN-ranef", bd, "ranef(rma.mv(..., struct = 'UN'))",
    list(intrcpt = re$intrcpt, se = re$se, names = rownames(re)))

i4 <- dat.ishak2007
long <- reshape(i4, direction = "long", idvar = "study", v.names = c("yi", "vi"),
                varying = list(c(2, 4, 6, 8), c(3, 5, 7, 9)))
long <- long[order(long$study, long$time), ]
long <- long[!is.na(long$yi), ]
Vi <- vcalc(vi, cluster = study, time1 = time, phi = 0.97, data = long)
id <- list(yi = long$yi, vi = long$vi, V = as.matrix(Vi), study = as.numeric(factor(long$study)), time = long$time)
for (t in 1:4) id[[paste0("t", t)]] <- as.numeric(long$time == t)
for (struct in c("HAR", "AR", "CAR", "UN", "HCS")) {
  fit <- rma.mv(yi, Vi, mods = ~ factor(time) - 1, random = ~ time | study, struct = struct,
                data = long, control = tight)
  add(paste("ishak2007", struct, "REML", sep = "-"), id,
      sprintf("rma.mv(yi, V, mods = ~ factor(time) - 1, random = ~ time | study, struct = '%s')", struct), mv(fit))
}

a <- dat.assink2016
Va <- vcalc(vi, cluster = study, obs = esid, rho = 0.6, data = a)
ad <- list(yi = a$yi, vi = a$vi, study = a$study, esid = a$esid, year = a$year,
           overt = as.numeric(a$deltype == "overt"), covert = as.numeric(a$deltype == "covert"))
add("assink2016-vcalc", list(vi = a$vi, study = a$study), "vcalc(vi, cluster = study, obs = esid, rho = 0.6)",
    list(total = sum(Va), row1 = as.matrix(Va)[1, ]))
fit <- rma.mv(yi, Va, mods = ~ year + overt + covert, random = ~ 1 | study/esid,
              data = cbind(a, ad[c("overt", "covert")]), control = tight)
add("assink2016-nested", ad, "rma.mv(yi, V, mods = ~ year + overt + covert, random = ~ 1 | study/esid)", mv(fit))
fit <- rma.mv(yi, Va, mods = ~ year + overt + covert, random = ~ 1 | study/esid, test = "t", dfs = "contain",
              data = cbind(a, ad[c("overt", "covert")]), control = tight)
add("assink2016-contain", ad, "the same with test = 't', dfs = 'contain'", c(mv(fit), list(QM_df = fit$QMdf)))
for (type in c("CR0", "CR1", "CR2")) {
  rob <- if (type == "CR2") robust(fit, cluster = a$study, clubSandwich = TRUE) else robust(fit, cluster = a$study, adjust = type == "CR1")
  add(paste0("assink2016-robust-", type), ad, sprintf("robust(fit, cluster = study), %s", type), list(
    estimate = coef(rob), se = rob$se, df = if (is.null(rob$ddf)) rob$dfs else rob$ddf, pval = rob$pval,
    QM = rob$QM, QM_df = rob$QMdf, QM_p = rob$QMp))
}
k <- dat.konstantopoulos2011
fit <- rma.mv(yi, vi, random = list(~ 1 | district, ~ 1 | year), data = k, control = tight)
add("konstantopoulos2011-crossed", list(yi = k$yi, vi = k$vi, district = k$district, year = k$year),
    "rma.mv(yi, vi, random = list(~ 1 | district, ~ 1 | year))", mv(fit))
for (type in c("CR0", "CR1")) {
  rob <- robust(fit, cluster = k$district, adjust = type == "CR1")
  add(paste0("konstantopoulos2011-crossed-robust-", type), list(yi = k$yi, vi = k$vi, district = k$district, year = k$year),
      sprintf("robust(crossed fit, cluster = district), %s", type), list(estimate = coef(rob), se = rob$se, df = rob$dfs))
}

# --- GLMM ------------------------------------------------------------------------------------
glmm <- function(fit) list(estimate = coef(fit)[[1]], se = fit$se[[1]], tau2 = fit$tau2, ci_low = fit$ci.lb[[1]],
  ci_high = fit$ci.ub[[1]], pval = fit$pval[[1]], k = fit$k, I2 = fit$I2, H2 = fit$H2,
  QE_Wld = fit$QE.Wld, QE_LRT = fit$QE.LRT, QE_df = fit$QE.df, loglik = c(logLik(fit)))
n7 <- dat.nielweise2007
gd <- columns(n7, c("ai", "n1i", "ci", "n2i"))
for (model in c("UM.FS", "UM.RS", "CM.AL", "CM.EL")) {
  fit <- try(rma.glmm(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = n7, model = model, nAGQ = if (model == "UM.RS") 1 else 100), silent = TRUE)
  if (inherits(fit, "try-error")) { message(model, ": ", fit); next }
  add(paste0("nielweise2007-OR-", model), gd, sprintf("rma.glmm(measure = 'OR', ..., model = '%s', nAGQ = %d)", model, if (model == "UM.RS") 1L else 100L), glmm(fit))
}
for (n in c(7, 100)) {
  fit <- rma.glmm(measure = "PLO", xi = ci, ni = n2i, data = n7, nAGQ = n)
  add(paste0("nielweise2007-PLO-", n), gd, sprintf("rma.glmm(measure = 'PLO', xi = ci, ni = n2i, nAGQ = %d)", n), glmm(fit))
}
n8 <- dat.nielweise2008
rd <- columns(n8, c("x1i", "t1i", "x2i", "t2i"))
for (model in c("UM.FS", "UM.RS", "CM.EL")) {
  fit <- try(rma.glmm(measure = "IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = n8, model = model, nAGQ = if (model == "UM.RS") 1 else 100), silent = TRUE)
  if (inherits(fit, "try-error")) { message(model, ": ", fit); next }
  add(paste0("nielweise2008-IRR-", model), rd, sprintf("rma.glmm(measure = 'IRR', ..., model = '%s')", model), glmm(fit))
}
fit <- rma.glmm(measure = "IRLN", xi = x2i, ti = t2i, data = n8, nAGQ = 100)
add("nielweise2008-IRLN", rd, "rma.glmm(measure = 'IRLN', xi = x2i, ti = t2i, nAGQ = 100)", glmm(fit))
bc <- dat.bcg
bg <- list(ai = bc$tpos, n1i = bc$tpos + bc$tneg, ci = bc$cpos, n2i = bc$cpos + bc$cneg)
fit <- rma.glmm(measure = "OR", ai = bg$ai, n1i = bg$n1i, ci = bg$ci, n2i = bg$n2i, model = "UM.FS", nAGQ = 100)
add("bcg-OR-UM.FS", bg, "rma.glmm(measure = 'OR', ..., model = 'UM.FS', nAGQ = 100)", glmm(fit))

# --- selection models ------------------------------------------------------------------------
sel <- function(fit) list(estimate = coef(fit)[[1]][[1]], se = fit$se[[1]], tau2 = fit$tau2, se_tau2 = fit$se.tau2, ci_low = fit$ci.lb[[1]],
  ci_high = fit$ci.ub[[1]], pval = fit$pval[[1]], delta = fit$delta, se_delta = fit$se.delta,
  LRT = fit$LRT, LRT_df = fit$LRTdf, LRT_p = fit$LRTp, LRT_tau2 = fit$LRT.tau2, loglik = c(logLik(fit)))
h <- dat.hackshaw1998
hd <- columns(h, c("yi", "vi"))
base <- rma(yi, vi, data = h, method = "ML", control = list(threshold = 1e-12))
sctl <- list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15, maxit = 10000)
models <- list(
  "3PSM" = list(type = "stepfun", steps = 0.025), "3PSM-05" = list(type = "stepfun", steps = 0.05),
  "4PSM" = list(type = "stepfun", steps = c(0.025, 0.5)), "5PSM" = list(type = "stepfun", steps = c(0.05, 0.10, 0.50)),
  beta = list(type = "beta"), halfnorm = list(type = "halfnorm"), negexp = list(type = "negexp"),
  logistic = list(type = "logistic"), power = list(type = "power"))
for (name in names(models)) {
  fit <- try(do.call(selmodel, c(list(base), models[[name]], list(alternative = "greater", control = sctl))), silent = TRUE)
  if (inherits(fit, "try-error")) { message(name, ": ", fit); next }
  add(paste0("hackshaw1998-", name), hd, sprintf("selmodel(rma(yi, vi, method = 'ML'), type = '%s'), steps %s", models[[name]]$type, paste(models[[name]]$steps, collapse = " ")), sel(fit))
}
l <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
ld <- list(yi = c(l$yi), vi = c(l$vi))
base <- rma(yi, vi, data = l, method = "ML", control = list(threshold = 1e-12))
fit <- selmodel(base, type = "stepfun", steps = 0.025, alternative = "less", control = sctl)
add("bcg-3PSM-less", ld, "selmodel(rma(yi, vi, method = 'ML'), type = 'stepfun', steps = 0.025, alternative = 'less')", sel(fit))
fit <- selmodel(base, type = "stepfun", steps = 0.05, alternative = "two.sided", control = sctl)
add("bcg-3PSM-two.sided", ld, "selmodel(rma(yi, vi, method = 'ML'), type = 'stepfun', steps = 0.05, alternative = 'two.sided')", sel(fit))

versions <- sapply(c("metafor", "clubSandwich", "lme4"), function(p) as.character(packageVersion(p)))
out <- sprintf("{\"software\":%s,\n\"cases\":[\n%s\n]}",
               json(as.list(c(R = as.character(getRversion()), versions))), paste(unlist(cases), collapse = ",\n"))
writeLines(out, "tests/reference/mixed/mixed_models.json")
cat(length(cases), "cases\n")
