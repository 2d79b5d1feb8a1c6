# A random grid for the pairwise half of the engine: every measure, estimator, interval, test of bias and diagnostic.
# Run from the root of the repository: Rscript validation/random_pairwise.R    (about four minutes)
# Needs metafor (Debian: r-cran-metafor). Data are rounded so that 15 digits in JSON are the very numbers R used.
suppressMessages(library(metafor))
set.seed(20261121)
folder <- file.path("tests", "reference", "extra", "pairwise")
dir.create(folder, showWarnings = FALSE)
unlink(file.path(folder, "*.json"))

number <- function(x) ifelse(is.na(x), "null", ifelse(is.infinite(x), ifelse(x > 0, "\"Infinity\"", "\"-Infinity\""), sprintf("%.14g", x)))
text <- function(x) paste0("\"", x, "\"")
scalar <- function(x) structure(x, scalar = TRUE)
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x) && length(x) == 0) return("{}")
  if (is.list(x)) return(paste0("{", paste0(text(names(x)), ":", vapply(x, json, ""), collapse = ","), "}"))
  if (is.logical(x) && !all(is.na(x))) x <- tolower(as.character(x)) else x <- if (is.character(x)) text(as.vector(x)) else number(as.vector(x))
  if (length(x) == 1 || isTRUE(attr(x, "scalar"))) x else paste0("[", paste(x, collapse = ","), "]")
}
column <- function(x) if (length(x) == 1) list(x) else x
write_case <- function(name, data, call, expected, tol, ...) {
  case <- list(name = name, family = "extra-pairwise", dataset = "random", data = data, call = call, expected = expected,
               tol = list(default = tol, ...), software = list(metafor = as.character(packageVersion("metafor"))))
  writeLines(json(case), file.path(folder, paste0(name, ".json")))
}

# --- effect sizes -----------------------------------------------------------------------------------
k <- 6
people <- function(low = 4, high = 90) sample(low:high, k, replace = TRUE)
two_means <- data.frame(m1i = round(runif(k, 2, 40), 2), sd1i = round(runif(k, .5, 15), 2), n1i = people(), m2i = round(runif(k, 2, 40), 2),
                        sd2i = round(runif(k, .5, 15), 2), n2i = people())
changes <- data.frame(m1i = two_means$m1i, m2i = two_means$m2i, sd1i = two_means$sd1i, sd2i = two_means$sd2i, ni = people(5), ri = round(runif(k, -.4, .95), 3))
risks <- function(p1, p2) { n1 <- people(5, 60); n2 <- people(5, 60); data.frame(ai = rbinom(k, n1, p1), n1i = n1, ci = rbinom(k, n2, p2), n2i = n2) }
few <- risks(.06, .05); few$ai[1] <- 0; few$ci[1] <- 0; few$ai[2] <- few$n1i[2]; few$ci[2] <- few$n2i[2]
some <- risks(.4, .5); some <- transform(some, ai = pmin(pmax(ai, 1), n1i - 1), ci = pmin(pmax(ci, 1), n2i - 1))
pairs <- data.frame(ai = c(5, 12, 0, 3, 20, 0), bi = c(7, 0, 4, 9, 11, 3), ci = c(2, 3, 5, 0, 6, 2), di = c(9, 4, 0, 8, 13, 10))
rates <- data.frame(x1i = c(0, 4, 11, 2, 30, 0), t1i = round(runif(k, 20, 900), 1), x2i = c(0, 7, 0, 5, 22, 3), t2i = round(runif(k, 20, 900), 1))
single <- data.frame(xi = c(0, 5, 17, 9, 40, 3), ni = c(12, 5, 30, 44, 97, 18))
cors <- data.frame(ri = round(runif(k, -.9, .9), 3), ni = people(5))
partial <- data.frame(ti = round(rnorm(k, 1, 2), 3), ni = people(20), mi = c(1, 2, 3, 5, 8, 4), r2i = round(runif(k, .3, .8), 3))
alphas <- data.frame(ai = round(runif(k, .4, .95), 3), mi = c(2, 4, 10, 20, 7, 5), ni = people(8))
margins <- data.frame(ai = c(8, 20, 3, 30), n1i = c(25, 41, 11, 60), ci = c(5, 12, 4, 33), n2i = c(25, 41, 11, 60), ri = c(.2, .5, .1, .35))
sizes <- function(measure, data, drop = character(), ...) {
  options <- list(...)
  data <- as.list(data[setdiff(names(data), drop)])
  found <- suppressWarnings(do.call(escalc, c(list(measure = measure), data, options)))
  suffix <- if (length(options)) paste0("-", paste(unlist(options), collapse = "-")) else ""
  write_case(paste0("escalc-", measure, suffix), data, list(fun = "effect_sizes", measure = measure, options = options),
             list(yi = c(found$yi), vi = c(found$vi)), 1e-10)
}
for (m in c("MD", "SMDH", "ROM", "CVR", "D2ORL", "D2ORN", "RPB", "RBIS")) sizes(m, two_means)
for (v in c("UB", "HO")) sizes("MD", two_means, vtype = v)
for (v in c("LS", "LS2", "UB", "AV")) { sizes("SMD", two_means, vtype = v); sizes("SMD1", two_means, "sd1i", vtype = v) }
sizes("ROM", two_means, vtype = "HO"); sizes("RPB", two_means, vtype = "CS"); sizes("VR", two_means, c("m1i", "m2i"))
for (m in c("MC", "SMCC", "SMCRH", "ROMC", "CVRC")) sizes(m, changes)
sizes("SMCR", changes, "sd2i"); sizes("SMCR", changes, "sd2i", vtype = "LS2"); sizes("SMCC", changes, vtype = "LS2"); sizes("VRC", changes, c("m1i", "m2i"))
for (m in c("RR", "OR", "RD", "PETO", "OR2DL", "OR2DN", "PBIT", "YUQ", "YUY")) {
  sizes(m, some)
  for (to in c("only0", "all", "if0all")) sizes(m, few, add = 0.25, to = to)
  sizes(m, few, drop00 = TRUE)
}
for (m in c("AS", "PHI")) sizes(m, some)
sizes("AS", few)
for (v in c("AV", "UB")) sizes("RD", some, vtype = v)
for (m in c("MPRR", "MPOR", "MPRD", "MPORC", "MPPETO")) for (to in c("only0", "all")) sizes(m, pairs, add = 0.5, to = to)
sizes("MPORM", margins)
for (m in c("IRR", "IRD", "IRSD")) for (to in c("only0", "all")) sizes(m, rates, add = 0.5, to = to)
for (m in c("PR", "PLN", "PLO", "PAS", "PFT")) { sizes(m, single); sizes(m, single, add = 0.25, to = "all") }
for (m in c("PR", "PLN", "PLO")) sizes(m, single, vtype = "AV")
for (m in c("IR", "IRLN", "IRS", "IRFT")) sizes(m, data.frame(xi = rates$x1i, ti = rates$t1i))
mean1 <- data.frame(mi = two_means$m1i, sdi = two_means$sd1i, ni = two_means$n1i)
for (m in c("MN", "MNLN", "CVLN", "SMN")) sizes(m, mean1)
sizes("SDLN", mean1, "mi")
for (m in c("COR", "ZCOR")) sizes(m, cors)  # UCOR needs the package gsl
sizes("COR", cors, vtype = "AV")
for (m in c("PCOR", "ZPCOR")) sizes(m, partial, "r2i")
sizes("SPCOR", partial); sizes("PCOR", partial, "r2i", vtype = "AV"); sizes("SPCOR", partial, vtype = "AV")
for (m in c("ARAW", "AHW", "ABT")) sizes(m, alphas)

# --- pooling ------------------------------------------------------------------------------------------
sample_of <- function(k, tau, scale) {
  vi <- signif(runif(k, .01, .4) * scale^2, 4)
  list(yi = signif(rnorm(k, .4 * scale, sqrt(vi + (tau * scale)^2)), 6), vi = vi)
}
# As tight as it converges: metafor's thresholds are absolute.
tight <- function(d, method, test) {
  unit <- median(d$vi) + var(d$yi)
  for (digits in 16:10) {
    fit <- try(suppressWarnings(rma(d$yi, d$vi, method = method, test = test, control = list(threshold = 10^-digits * unit,
               tol = 10^-digits * unit, maxiter = 1e5, tau2.max = 1e3 * unit))), silent = TRUE)
    if (!inherits(fit, "try-error")) return(fit)
  }
  NULL
}
fit_values <- function(fit) list(estimate = c(coef(fit)), se = fit$se, pval = fit$pval, ci_lb = fit$ci.lb, ci_ub = fit$ci.ub, tau2 = fit$tau2,
  se_tau2 = if (is.null(fit$se.tau2) || length(fit$se.tau2) == 0) NA else fit$se.tau2, I2 = if (fit$I2 < 1e-8) 0 else fit$I2, H2 = fit$H2)
methods <- c("EE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM", "SJIT")  # DLIT is another method before 4.0
grid <- list(list(3, .3, 1), list(5, .2, 1e-6), list(8, .5, 1), list(12, 0, 1), list(20, .4, 1e6), list(40, .25, 1))
for (i in seq_along(grid)) {
  d <- do.call(sample_of, grid[[i]])
  expected <- list()
  for (method in methods) for (test in if (method %in% c("REML", "DL", "EE")) c("z", "t", "knha", "adhoc") else "knha") {
    fit <- tight(d, method, test)
    if (is.null(fit)) next
    expected[[paste(method, test, sep = "-")]] <- fit_values(fit)
  }
  fit <- tight(d, "REML", "knha")
  expected$Q <- fit$QE; expected$Q_p <- fit$QEp
  write_case(sprintf("pool-%d", i), d, list(fun = "pool"), expected, 1e-8)
}

# --- intervals of tau2, prediction intervals, fit statistics -------------------------------------------------
for (i in 1:3) {
  d <- sample_of(c(4, 9, 25)[i], c(.3, .4, .2)[i], 1)
  fit <- tight(d, "REML", "knha"); ml <- tight(d, "ML", "z"); z <- tight(d, "REML", "z")
  control <- list(tol = 1e-14, maxiter = 1e5)
  own <- predict(fit); normal <- predict(z)
  s <- fitstats(fit); m <- fitstats(ml)
  write_case(sprintf("intervals-%d", i), d, list(fun = "intervals"), list(
    tau2_ci_qp = unname(confint(fit, control = control)$random[1, 2:3]),
    i2_ci = unname(confint(fit, control = control)$random[3, 2:3]), h2_ci = unname(confint(fit, control = control)$random[4, 2:3]),
    pi_own = c(own$pi.lb, own$pi.ub), pi_z = c(normal$pi.lb, normal$pi.ub),
    reml = c(s)[-2], ml = c(m)[-2], hc = with(suppressWarnings(hc(tight(d, "DL", "z"))), c(beta, ci.lb, ci.ub)), blup = c(blup(fit)$pred), blup_se = c(blup(fit)$se)), 1e-8, hc = 2e-5)
}

# --- tables ----------------------------------------------------------------------------------------------------
for (i in 1:4) {
  data <- if (i == 1) few else if (i == 2) some else risks(runif(k, .05, .5), runif(k, .05, .5))
  expected <- list()
  for (m in c("OR", "RR", "RD")) {
    fit <- suppressWarnings(do.call(rma.mh, c(list(measure = m), data)))
    expected[[m]] <- list(estimate = c(coef(fit)), se = fit$se, pval = fit$pval, ci_lb = fit$ci.lb, ci_ub = fit$ci.ub, QE = fit$QE, QE_p = fit$QEp)
    if (m == "OR") expected$tests <- list(MH = fit$MH, MHp = fit$MHp, TA = fit$TA, TAp = fit$TAp, BD = fit$BD, BDp = fit$BDp,
      CO = fit$CO, COp = fit$COp)
  }
  fit <- suppressWarnings(do.call(rma.peto, data))
  expected$PETO <- list(estimate = c(coef(fit)), se = fit$se, pval = fit$pval, ci_lb = fit$ci.lb, ci_ub = fit$ci.ub, QE = fit$QE, QE_p = fit$QEp)
  write_case(sprintf("tables-%d", i), as.list(data), list(fun = "tables"), expected, 1e-9)
}

# --- small-study effects -----------------------------------------------------------------------------------------
for (i in 1:4) {
  size <- c(9, 14, 20, 31)[i]
  d <- sample_of(size, .15, 1); d$yi <- signif(d$yi + sqrt(d$vi) * c(1.2, .5, -.8, 0)[i], 6); d$ni <- round(4 / d$vi) + 7
  unit <- list(threshold = 1e-15, tol = 1e-15, maxiter = 1e5)
  expected <- list()
  for (method in c("EE", "DL", "REML")) {
    fit <- rma(d$yi, d$vi, ni = d$ni, method = method, control = unit)
    for (e in c("L0", "R0", "Q0")) {
      f <- try(suppressWarnings(trimfill(fit, estimator = e, control = unit)), silent = TRUE)
      if (!inherits(f, "try-error")) expected$trimfill[[paste(method, e, sep = "-")]] <- list(k0 = f$k0, side = f$side, se_k0 = f$se.k0,
        p_k0 = if (is.null(f$p.k0)) NA else f$p.k0, estimate = c(coef(f)), se = f$se, tau2 = f$tau2)
    }
  }
  for (p in c("sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv")) for (m in c("lm", "rma")) {
    f <- suppressWarnings(regtest(rma(d$yi, d$vi, ni = d$ni, control = unit), model = m, predictor = p, control = unit))
    expected$regtest[[paste(p, m, sep = "-")]] <- list(stat = f$zval, pval = f$pval, limit = if (is.null(f$est)) NA else f$est,
      ci = if (is.null(f$est)) NA else c(f$ci.lb, f$ci.ub))
  }
  r <- suppressWarnings(ranktest(d$yi, d$vi)); expected$ranktest <- list(tau = unname(r$tau), pval = r$pval)
  for (type in c("Rosenthal", "Orwin", "Rosenberg")) {
    f <- fsn(d$yi, d$vi, type = type, weighted = TRUE)
    expected$fsn[[type]] <- list(number = ceiling(f$fsnum - 1e-9), pval = f$pval, average = f$meanes, target = f$target)
  }
  if (size < 15) f <- tes(d$yi, d$vi, test = "exact")  # with more studies tes() takes a normal approximation
  if (size < 15) expected$tes <- list(theta = f$theta, O = f$O, E = f$E, OEratio = f$OEratio, pval = f$pval)
  write_case(sprintf("bias-%d", i), d, list(fun = "bias"), expected, 1e-8)
}

# --- one study less, one more ---------------------------------------------------------------------------------------
for (i in 1:3) {
  d <- sample_of(c(5, 11, 18)[i], c(.3, .5, 0)[i], c(1, 1, 1e3)[i])
  expected <- list()
  unit <- median(d$vi); control <- list(threshold = 1e-15 * unit, tol = 1e-15 * unit, maxiter = 1e5, tau2.max = 1e3 * (unit + var(d$yi)))
  fits <- function(keep, method) { e <- list(yi = d$yi[keep], vi = d$vi[keep]); f <- tight(e, method, "knha"); c(coef(f), f$se, f$tau2) }
  for (method in c("REML", "DL", "PM")) {
    n <- length(d$yi)
    out <- sapply(1:n, function(j) fits(-j, method)); grown <- sapply(2:n, function(j) fits(1:j, method))
    expected$leave1out[[method]] <- list(estimate = out[1, ], se = out[2, ], tau2 = out[3, ])
    expected$cumul[[method]] <- list(estimate = grown[1, ], se = grown[2, ], tau2 = grown[3, ])
  }
  for (test in c("z", "knha")) {
    fit <- rma(d$yi, d$vi, method = "REML", test = test, control = control)
    inf <- suppressWarnings(influence(fit))$inf
    expected$influence[[test]] <- list(rstudent = inf$rstudent, dffits = inf$dffits, cook.d = inf$cook.d, cov.r = inf$cov.r, tau2.del = inf$tau2.del,
      QE.del = inf$QE.del, hat = inf$hat, weight = inf$weight)
  }
  pdf(NULL); b <- baujat(rma(d$yi, d$vi, method = "EE")); invisible(dev.off()); expected$baujat <- list(x = b$x, y = b$y)
  if (i == 1) for (test in c("z", "knha")) {
    p <- suppressWarnings(permutest(rma(d$yi, d$vi, method = "DL", test = test), exact = TRUE, progbar = FALSE)); expected$permutest[[test]] <- p$pval
  }
  write_case(sprintf("influence-%d", i), d, list(fun = "influence"), expected, 1e-7)
}
cat(length(list.files(folder)), "cases\n")
