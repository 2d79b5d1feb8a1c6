# Random data through the models with moderators: meta-regression, multilevel, robust, GLMM, selection.
# Run from the root of the repository: Rscript validation/random_models.R [metareg|multilevel|glmm|selection]
# Needs metafor, clubSandwich, lme4, numDeriv, BiasedUrn (Debian: r-cran-*); README beside it.
suppressMessages({library(metafor); library(clubSandwich); library(numDeriv)})
folder <- file.path("tests", "reference", "extra", "models")
dir.create(folder, showWarnings = FALSE, recursive = TRUE)

number <- function(x) ifelse(is.na(x), "null", ifelse(is.infinite(x),
  ifelse(x > 0, "\"Infinity\"", "\"-Infinity\""), sprintf("%.10g", x)))
text <- function(x) paste0("\"", gsub("\"", "\\\\\"", x), "\"")
scalar <- function(x) structure(x, scalar = TRUE)
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x) && length(x) == 0) return("{}")
  if (is.list(x)) return(paste0("{", paste0(text(names(x)), ":", vapply(x, json, ""), collapse = ","), "}"))
  if (is.matrix(x)) return(paste0("[", paste(apply(x, 1, json), collapse = ","), "]"))
  if (is.factor(x)) x <- as.character(x)
  if (is.logical(x) && !all(is.na(x))) return(tolower(as.character(x)))
  values <- if (is.character(x)) text(as.vector(x)) else number(as.vector(x))
  if (isTRUE(attr(x, "scalar"))) values else paste0("[", paste(values, collapse = ","), "]")
}
one <- function(x) if (is.null(x)) NULL else scalar(as.vector(x)[1])
software <- lapply(c(metafor = "metafor", clubSandwich = "clubSandwich", lme4 = "lme4"),
                   function(p) scalar(as.character(packageVersion(p))))
software$R <- scalar(as.character(getRversion()))
tight <- list(threshold = 1e-13, maxiter = 1e5, tol = 1e-14, REMLf = TRUE)
only <- commandArgs(TRUE)
wanted <- function(family) length(only) == 0 || family %in% only
made <- new.env()
add <- function(family, name, data, call, expected, tol = 1e-8) {
  case <- list(name = scalar(name), family = scalar(family), dataset = scalar("random"),
               data = as.list(data), call = call, expected = expected,
               tol = list(default = scalar(tol)))
  made[[family]] <- c(made[[family]], json(case))
}
write_family <- function(family) writeLines(
  paste0("{\"software\":", json(software), ",\n\"cases\":[\n", paste(made[[family]], collapse = ",\n"), "\n]}"),
  file.path(folder, paste0(family, ".json")))

# --- meta-regression -----------------------------------------------------------------------------
if (wanted("metareg")) {
studies <- function(k, spread = 0.3) {
  x <- round(rnorm(k, 5, 2), 2); year <- sample(1980:2020, k, replace = TRUE)
  g <- sample(rep(c("a", "b", "c"), length.out = k)); h <- sample(rep(c("no", "yes"), length.out = k))
  vi <- signif(runif(k, 0.02, 0.4), 4)
  yi <- signif(0.2 + 0.1 * x + 0.3 * (g == "b") + rnorm(k, 0, sqrt(vi + spread^2)), 5)
  data.frame(yi, vi, x, year, g, h, stringsAsFactors = FALSE)
}
formulas <- c("~ x", "~ x + year + g", "~ x * h", "~ x + I(x^2)", "~ g - 1", "~ g * h", "~ x * year", "~ g + x:h")
new_studies <- data.frame(x = c(3, 7.5), year = c(1990, 2030), g = c("a", "c"), h = c("yes", "no"))
design_of <- function(formula, new, old) {
  f <- as.formula(formula)
  both <- rbind(old[names(new)], new)
  tail(model.matrix(f, both), nrow(new))
}
tests <- c("z", "t", "knha", "adhoc")
# Not DLIT: the step of 3.8.1 does not end where Q = k - p (divergences.md).
methods <- c("DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM", "SJIT", "EE")
set.seed(20240)
at <- 0
for (method in methods) for (test in tests) {
  at <- at + 1
  formula <- formulas[(at - 1) %% length(formulas) + 1]
  d <- studies(sample(12:16, 1), if (method == "SJIT") 0.8 else sample(c(0.05, 0.3, 0.8), 1))
  # it iterates in small steps, and never rests to the thirteenth place
  control <- if (method == "SJIT") modifyList(tight, list(threshold = 1e-11)) else tight
  fit <- try(suppressWarnings(rma(yi, vi, mods = as.formula(formula), data = d, method = method, test = test, control = control)), silent = TRUE)
  if (inherits(fit, "try-error")) { message("left out: ", method, " ", test, fit); next }
  p <- fit$p
  found <- list(k = scalar(fit$k), p = scalar(p), names = rownames(fit$beta), estimate = as.vector(fit$beta),
    se = fit$se, stat = fit$zval, pval = fit$pval, ci_lb = fit$ci.lb, ci_ub = fit$ci.ub, tau2 = one(fit$tau2),
    QE = one(fit$QE), QE_p = one(fit$QEp), QM = one(fit$QM), QM_df = fit$QMdf, QM_p = one(fit$QMp),
    I2 = one(fit$I2), H2 = one(fit$H2), loglik = one(logLik(fit)), aic = one(AIC(fit)), bic = one(BIC(fit)))
  if (method != "EE") found$se_tau2 <- one(fit$se.tau2)
  X <- design_of(formula, new_studies, d)
  intercept <- colnames(X)[1] == "(Intercept)"
  new <- predict(fit, newmods = if (intercept) X[, -1, drop = FALSE] else X)
  found$pred <- list(estimate = new$pred, se = new$se, ci_lb = new$ci.lb, ci_ub = new$ci.ub,
                     pi_lb = new$pi.lb, pi_ub = new$pi.ub)
  contrast <- rbind(round(runif(p, -1, 1), 2), round(runif(p, -1, 1), 2))
  an <- suppressWarnings(anova(fit, X = contrast))
  found$contrast <- list(X = contrast, estimate = as.vector(an$Xb), se = as.vector(an$se), pval = as.vector(an$pval),
                         QM = one(an$QM), QM_p = one(an$QMp))
  if (intercept && p > 2) found$vif <- sapply(vif(fit)$vif, function(v) v$vif)
  if (method == "ML") {
    null <- rma(yi, vi, data = d, method = "ML", test = test, control = tight)
    lr <- anova(fit, null)
    found$LRT <- list(LRT = one(lr$LRT), pval = one(lr$pval))
  }
  if (method %in% c("REML", "ML", "DL", "PM")) {
    free <- suppressWarnings(rma(yi, vi, data = d, method = method, test = test, control = tight))
    if (free$tau2 > 1e-6) found$R2 <- one(max(0, 100 * (free$tau2 - fit$tau2) / free$tau2))
  }
  if (method == "REML") {
    ci <- confint(fit, control = list(tol = 1e-14, tau2.max = 1e4, maxiter = 1e5))$random[1, 2:3]
    found$tau2_ci <- as.vector(ci)
    b <- blup(fit); found$blup <- list(pred = b$pred, se = b$se)
    found$hat <- as.vector(hatvalues(fit))
  }
  add("metareg", sprintf("%02d-%s-%s", at, method, test), d,
      list(formula = scalar(formula), tau2 = scalar(method), ci = scalar(test)), found)
}
# Exact permutation tests: all orders of the moderators of 5 and 6 studies.
for (test in c("z", "knha")) for (method in c("REML", "DL")) {
  d <- studies(6); d$h <- rep(c("no", "yes"), 3)
  for (formula in c("~ x", "~ x + h")) {
    n <- if (formula == "~ x") 5 else 6
    dd <- d[seq_len(n), ]
    fit <- suppressWarnings(rma(yi, vi, mods = as.formula(formula), data = dd, method = method, test = test, control = tight))
    pt <- suppressWarnings(permutest(fit, exact = TRUE, progbar = FALSE))
    add("metareg", sprintf("permutation-%s-%s-%d", method, test, n), dd,
        list(formula = scalar(formula), tau2 = scalar(method), ci = scalar(test), fun = scalar("permutation")),
        list(pval = as.vector(pt$pval), QM_p = one(pt$QMp)))
  }
}
write_family("metareg")

}

# --- multilevel ----------------------------------------------------------------------------------
if (wanted("multilevel")) {
# metafor's optimisers stop at about six digits: their answer is taken further by Newton's method on
# metafor's own likelihood at fixed components, with derivatives by Richardson extrapolation.
polished <- function(make, theta, kind) {
  to <- function(x) ifelse(kind == "var", exp(x), ifelse(kind == "unit", plogis(x), tanh(x)))
  from <- function(x) ifelse(kind == "var", log(x), ifelse(kind == "unit", qlogis(x), atanh(x)))
  hold <- (kind == "var" & theta < 1e-5) | (kind != "var" & abs(theta) > 1 - 1e-4) | (kind == "unit" & theta < 1e-4)
  theta[hold] <- round(theta[hold])
  value <- function(x) { full <- theta; full[!hold] <- to(x)[!hold]; c(logLik(make(full))) }
  if (!all(hold)) {
    x <- from(pmin(pmax(theta, 1e-12), ifelse(kind == "var", Inf, 1 - 1e-12)))
    x[kind == "cor"] <- atanh(pmin(pmax(theta[kind == "cor"], -1 + 1e-9), 1 - 1e-9))
    part <- function(z) { y <- x; y[!hold] <- z; value(y) }
    for (i in 1:4) {
      z <- x[!hold]
      x[!hold] <- z - solve(hessian(part, z), grad(part, z))
    }
    theta[!hold] <- to(x)[!hold]
  }
  list(theta = theta, fit = make(theta), held = hold)
}
loose <- list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15, maxit = 10000)
nested_data <- function(m, gap) {
  sizes <- sample(2:4, m, replace = TRUE); trial <- rep(seq_len(m), sizes); k <- length(trial)
  esid <- sequence(sizes); outcome <- c("pain", "function", "quality", "sleep")[esid]
  time <- if (gap) cumsum(sample(c(1, 2.5, 4), 4, replace = TRUE))[esid] else esid
  country <- sample(c("A", "B", "C", "D"), k, replace = TRUE)
  x <- round(rnorm(k), 2); arm <- rep(sample(rep(c("dry", "wet"), length.out = m)), sizes)
  vi <- signif(runif(k, 0.02, 0.2), 4)
  yi <- signif(0.4 + 0.2 * x + rnorm(m, 0, 0.4)[trial] + rnorm(4, 0, 0.2)[match(country, c("A", "B", "C", "D"))] +
                 rnorm(k, 0, sqrt(vi + 0.06)), 5)
  data.frame(yi, vi, trial, esid, outcome, time, country, x, arm, stringsAsFactors = FALSE)
}
mv_expected <- function(fit) list(names = rownames(fit$beta), estimate = as.vector(fit$beta), se = fit$se, pval = fit$pval,
  ci_lb = fit$ci.lb, ci_ub = fit$ci.ub, QE = one(fit$QE), QE_p = one(fit$QEp), QM = one(fit$QM), QM_p = one(fit$QMp),
  loglik = one(logLik(fit)))
set.seed(7)
at <- 0
for (struct in c("nested", "crossed", "three", "CS", "HCS", "UN", "AR", "DIAG", "ID", "HAR", "CAR"))
  for (formula in c("~ 1", "~ x * arm", "~ outcome - 1")) for (method in c("REML", "ML")) for (rho in c(0, 0.6)) {
  if (rho > 0 && method == "ML") next
  if (formula == "~ outcome - 1" && (method == "ML" || rho > 0 || struct %in% c("nested", "crossed", "three"))) next
  at <- at + 1
  d <- nested_data(sample(12:15, 1), struct == "CAR")
  if (struct == "UN") { d <- d[d$esid <= 2, ]; }
  V <- if (rho > 0) as.matrix(vcalc(vi, cluster = trial, obs = esid, rho = rho, data = d)) else diag(d$vi)
  base <- list(yi = d$yi, V = V, mods = as.formula(formula), data = d, method = method, sparse = FALSE)
  base$random <- switch(struct, nested = ~ 1 | trial/esid, crossed = list(~ 1 | trial, ~ 1 | country),
    three = list(~ 1 | trial, ~ 1 | country, ~ 1 | esid), AR = , HAR = , CAR = ~ time | trial, ~ outcome | trial)
  if (!(struct %in% c("nested", "crossed", "three"))) base$struct <- struct
  first <- try(suppressWarnings(do.call(rma.mv, c(base, list(control = loose)))), silent = TRUE)
  if (inherits(first, "try-error")) { message(struct, formula, method, first); next }
  s <- if (first$withS) first$sigma2 else NULL
  g <- if (first$withG) first$tau2 else NULL
  r <- if (first$withG && !(struct %in% c("DIAG", "ID"))) first$rho else NULL
  kind <- c(rep("var", length(s) + length(g)), rep(if (struct == "CAR") "unit" else "cor", length(r)))
  make <- function(theta) {
    more <- list()
    if (length(s)) more$sigma2 <- theta[seq_along(s)]
    if (length(g)) more$tau2 <- theta[seq_along(g)]
    if (length(r)) more$rho <- theta[length(g) + seq_along(r)]
    suppressWarnings(do.call(rma.mv, c(base, more)))
  }
  top <- try(suppressWarnings(polished(make, c(s, g, r), kind)), silent = TRUE)
  if (inherits(top, "try-error") || any(is.na(top$theta)) || logLik(top$fit) < logLik(first) - 1e-7) {
    message("not polished: ", struct, formula, method, rho); next }
  found <- c(mv_expected(top$fit), list(components = top$theta, aic = one(AIC(first)), edge = scalar(any(top$held))))
  if (formula == "~ x * arm") found$vif <- sapply(vif(top$fit)$vif, function(v) v$vif)
  columns <- c("yi", "vi", "trial", "esid", "time", "country", "x", "arm")
  name <- sprintf("%02d-%s-%s-%g", at, struct, method, rho)
  add("multilevel", name, d[columns],
      list(struct = scalar(struct), formula = scalar(formula), method = scalar(method), rho = scalar(rho)), found)
  # robust variances of the same fit, of which those that reach across trials have no CR2
  if (struct %in% c("nested", "CS", "HAR") && method == "REML" && formula != "~ outcome - 1") {
    for (type in c("CR0", "CR1", "CR2")) {
      rob <- if (type == "CR2") suppressWarnings(robust(top$fit, cluster = d$trial, clubSandwich = TRUE))
             else robust(top$fit, cluster = d$trial, adjust = type == "CR1")
      add("robust", sprintf("%s-%s", name, type), list(),
          list(of = scalar(name), correction = scalar(type)),
          list(estimate = as.vector(rob$beta), se = rob$se, df = if (is.null(rob$ddf)) rob$dfs else rob$ddf, pval = rob$pval,
               ci_lb = rob$ci.lb, ci_ub = rob$ci.ub, QM = one(rob$QM), QM_df = rob$QMdf, QM_p = one(rob$QMp)))
    }
  }
}
write_family("multilevel"); write_family("robust")
}

# --- GLMM ----------------------------------------------------------------------------------------
if (wanted("glmm")) {
counts_data <- function(k) {
  n1i <- sample(20:120, k, replace = TRUE); n2i <- sample(20:120, k, replace = TRUE)
  x <- round(rnorm(k), 2); g <- sample(rep(c("a", "b"), length.out = k))
  theta <- -0.4 + 0.5 * x + rnorm(k, 0, 0.5); base <- rnorm(k, -1.5, 0.6)
  ai <- rbinom(k, n1i, plogis(base + theta / 2)); ci <- rbinom(k, n2i, plogis(base - theta / 2))
  t1i <- n1i * 3; t2i <- n2i * 3
  data.frame(ai, n1i, ci, n2i, t1i, t2i, x, g, stringsAsFactors = FALSE)
}
glmm_expected <- function(fit) list(names = rownames(fit$beta), estimate = as.vector(fit$beta), se = fit$se,
  pval = fit$pval, ci_lb = fit$ci.lb, ci_ub = fit$ci.ub, tau2 = one(fit$tau2), QM = one(fit$QM), QM_p = one(fit$QMp),
  QE_LRT = one(fit$QE.LRT), QE_df = one(fit$QE.df), I2 = one(fit$I2), H2 = one(fit$H2), loglik = one(logLik(fit)))
lme <- list(glmerCtrl = list(optimizer = "bobyqa", tolPwrss = 1e-13, optCtrl = list(rhoend = 1e-10, maxfun = 1e5)),
            optimizer = "optim", optmethod = "BFGS", reltol = 1e-15, maxit = 10000,
            intCtrl = list(lower = -Inf, upper = Inf, rel.tol = 1e-11, subdivisions = 1000), dnchgcalc = "dFNCHypergeo", dnchgprec = 1e-14,
            hessianCtrl = list(r = 8))
set.seed(11)
at <- 0
for (formula in c("~ 1", "~ x", "~ x + g")) for (spec in c("OR-UM.FS", "OR-UM.RS", "OR-CM.AL", "OR-CM.EL", "IRR-UM.FS", "IRR-UM.RS", "IRR-CM.EL", "PLO-", "IRLN-")) {
  at <- at + 1
  d <- counts_data(10)
  parts <- strsplit(paste0(spec, "-"), "-")[[1]]; measure <- parts[1]; model <- parts[2]
  nodes <- if (model == "UM.RS") 1 else 100
  args <- switch(measure, OR = list(ai = d$ai, n1i = d$n1i, ci = d$ci, n2i = d$n2i),
    IRR = list(x1i = d$ai, t1i = d$t1i, x2i = d$ci, t2i = d$t2i),
    PLO = list(xi = d$ai, ni = d$n1i), IRLN = list(xi = d$ai, ti = d$t1i))
  if (model != "") args$model <- model
  if (model == "UM.RS") args$cor <- FALSE
  if (model %in% c("UM.FS", "UM.RS")) args$coding <- 1/2
  call <- c(list(measure = measure, mods = as.formula(formula), data = d, nAGQ = nodes, control = lme), args)
  fit <- try(suppressWarnings(do.call(rma.glmm, call)), silent = TRUE)
  if (inherits(fit, "try-error")) { message(spec, formula, fit); next }
  add("glmm", sprintf("%02d-%s", at, sub("-$", "", spec)), d,
      list(formula = scalar(formula), measure = scalar(measure), model = scalar(model)), glmm_expected(fit))
}
write_family("glmm")
}

# --- selection models ----------------------------------------------------------------------------
if (wanted("selection")) {
# The likelihood written out (steps exact, other integrals by Gauss-Legendre panels), from whose top selmodel's answer differs by its optimiser.
nearest <- 1e-5
weight_of <- list(
  beta = function(p, d) { p <- pmin(pmax(p, nearest), 1 - nearest); p^(d[1] - 1) * (1 - p)^(d[2] - 1) },
  halfnorm = function(p, d) exp(-d * p^2), negexp = function(p, d) exp(-d * p),
  logistic = function(p, d) 2 / (1 + exp(d * p)), power = function(p, d) (1 - p)^d)
p_of <- function(y, v, side) switch(side, greater = pnorm(-y / sqrt(v)), less = pnorm(y / sqrt(v)),
                                    two.sided = 2 * pnorm(-abs(y / sqrt(v))))
gauss <- local({ # Golub and Welsch: nodes and weights from the eigenvectors of the Jacobi matrix
  i <- 1:23; J <- matrix(0, 24, 24); J[cbind(i, i + 1)] <- J[cbind(i + 1, i)] <- i / sqrt(4 * i^2 - 1)
  e <- eigen(J, symmetric = TRUE); list(x = e$values, w = 2 * e$vectors[1, ]^2) })
log_lik <- function(par, y, v, X, type, steps, side) {
  b <- par[seq_len(ncol(X))]; tau2 <- exp(par[ncol(X) + 1]); d <- par[-seq_len(ncol(X) + 1)]
  mu <- c(X %*% b); s <- sqrt(v + tau2); p <- p_of(y, v, side)
  w <- if (type == "stepfun") c(1, d)[findInterval(p, steps, left.open = TRUE) + 1] else weight_of[[type]](p, d)
  A <- if (type == "stepfun") {
    z <- -qnorm(if (side == "two.sided") steps / 2 else steps)
    beyond <- sapply(z, function(c) switch(side, greater = pnorm(c * sqrt(v), mu, s, lower.tail = FALSE), less = pnorm(-c * sqrt(v), mu, s),
      two.sided = pnorm(c * sqrt(v), mu, s, lower.tail = FALSE) + pnorm(-c * sqrt(v), mu, s)))
    upto <- cbind(0, matrix(beyond, nrow = length(y)), 1)
    c((upto[, -1, drop = FALSE] - upto[, -ncol(upto), drop = FALSE]) %*% c(1, d))
  } else {
    ends <- c(nearest, 1 - nearest)
    # two-sided p-values near 1 make a cusp at 0, where panels shrink towards it
    cusp <- c(1e-4, 1e-3, 1e-2, 0.1)
    bends <- c(0, if (side == "two.sided") c(qnorm(ends / 2), -qnorm(ends / 2), cusp, -cusp) else qnorm(ends))
    sapply(seq_along(y), function(i) {
      far <- mu[i] + c(-9, 9) * s[i]
      cuts <- sort(unique(c(seq(far[1], far[2], length.out = 13), pmin(pmax(bends * sqrt(v[i]), far[1]), far[2]))))
      half <- diff(cuts) / 2; middle <- (head(cuts, -1) + cuts[-1]) / 2
      x <- outer(half, gauss$x) + middle
      sum(half * (matrix(weight_of[[type]](p_of(x, v[i], side), d) * dnorm(x, mu[i], s[i]), nrow = length(half)) %*% gauss$w))
    })
  }
  sum(log(w) + dnorm(y, mu, s, log = TRUE) - log(A))
}
set.seed(5)
at <- 0
specs <- list(list("stepfun", 0.025), list("stepfun", c(0.025, 0.5)), list("stepfun", c(0.05, 0.1, 0.5)), list("beta", 0),
              list("halfnorm", 0), list("negexp", 0), list("logistic", 0), list("power", 0))
sides <- c("~ 1" = "greater", "~ x" = "less", "~ x + g" = "two.sided")
for (spec in specs) for (formula in names(sides)) {
  side <- sides[[formula]]
  at <- at + 1
  type <- spec[[1]]; steps <- spec[[2]]
  k <- 25
  repeat {
    x <- round(rnorm(k), 2); g <- sample(rep(c("a", "b"), length.out = k)); vi <- signif(runif(k, 0.01, 0.15), 4)
    yi <- signif(0.25 + 0.15 * x + rnorm(k, 0, sqrt(vi + 0.06)), 5); if (side == "less") yi <- -yi
    if (type != "stepfun" || all(table(cut(p_of(yi, vi, side), c(0, steps, 1))) > 2)) break
  }
  d <- data.frame(yi, vi, x, g, stringsAsFactors = FALSE)
  base <- rma(yi, vi, mods = as.formula(formula), data = d, method = "ML", control = tight[1:3])
  args <- list(base, type = type, alternative = side, control = list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-9, maxit = 300))
  if (type == "stepfun") args$steps <- steps
  fit <- try(suppressWarnings(do.call(selmodel, args)), silent = TRUE)
  if (inherits(fit, "try-error")) { message(type, formula, side, ": ", fit); next }
  X <- model.matrix(as.formula(formula), d)
  delta <- if (type == "stepfun") fit$delta[-1] else fit$delta
  if (fit$tau2 < 1e-5 || any(delta < 1e-4) || any(delta > 99)) next
  value <- function(par) log_lik(par, yi, vi, X, type, steps, side)
  par <- c(fit$beta, log(fit$tau2), delta)
  ok <- TRUE
  for (i in 1:3) {
    move <- try(solve(hessian(value, par), grad(value, par)), silent = TRUE)
    if (inherits(move, "try-error") || any(is.na(move)) || max(abs(move)) > 1) { ok <- FALSE; break }
    par <- par - move
  }
  if (!ok || any(tail(par, length(delta)) <= 1e-4)) { message("not polished: ", type, formula, side); next }
  H <- -hessian(value, par)
  se <- sqrt(diag(solve(H)))
  p <- ncol(X)
  add("selection", sprintf("%02d-%s-%s", at, type, side), d,
      list(formula = scalar(formula), type = scalar(type), steps = steps, alternative = scalar(side)),
      list(estimate = par[1:p], se = se[1:p], tau2 = scalar(exp(par[p + 1])), delta = tail(par, length(delta)), loglik = scalar(value(par)),
           selmodel = list(estimate = as.vector(fit$beta), se = fit$se, tau2 = one(fit$tau2), delta = delta, loglik = one(logLik(fit)),
                           LRT = one(fit$LRT), LRT_p = one(fit$LRTp), QM = one(fit$QM), QM_p = one(fit$QMp))), tol = 1e-6)
  write_family("selection")
}
}
