# Further reference cases, in the form of tests/reference, for edges that its grid lacks.
# Run from the root of the repository: Rscript validation/pin_with_r.R
# Needs metafor and metadat (Debian: r-cran-metafor, r-cran-metadat); the versions are written down.
# To add a case: one call of effects() or pooled() below, then run the script and the tests.
suppressMessages(library(metafor))
folder <- file.path("tests", "reference", "extra")
dir.create(folder, showWarnings = FALSE)
unlink(file.path(folder, "*.json"))

number <- function(x) ifelse(is.na(x), "null", ifelse(is.infinite(x),
  ifelse(x > 0, "\"Infinity\"", "\"-Infinity\""), sprintf("%.15g", x)))
text <- function(x) paste0("\"", gsub("\"", "\\\\\"", x), "\"")
scalar <- function(x) structure(x, scalar = TRUE)
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x) && length(x) == 0) return("{}")
  if (is.list(x)) return(paste0("{", paste0(text(names(x)), ":", vapply(x, json, ""), collapse = ","), "}"))
  if (is.factor(x)) x <- as.character(x)
  if (is.logical(x)) return(tolower(as.character(x)))
  values <- if (is.character(x)) text(as.vector(x)) else number(as.vector(x))
  if (isTRUE(attr(x, "scalar"))) values else paste0("[", paste(values, collapse = ","), "]")
}
software <- list(R = scalar(paste(R.version$major, R.version$minor, sep = ".")),
                 metafor = scalar(as.character(packageVersion("metafor"))),
                 metadat = scalar(as.character(packageVersion("metadat"))))
write_case <- function(name, family, dataset, data, call, expected, tol, note) {
  case <- list(name = scalar(name), family = scalar(family), dataset = scalar(dataset), note = scalar(note),
               data = data, call = call, expected = expected, tol = list(default = scalar(tol)), software = software)
  writeLines(json(case), file.path(folder, paste0(name, ".json")))
}

# --- effect sizes: inputs are metafor's arguments, each the column of the same name ---------------
effects <- function(name, dataset, measure, data, options = list(), note = "") {
  data <- as.list(data)
  given <- c(list(measure = measure), data, options)
  found <- suppressWarnings(do.call(escalc, given))
  inputs <- lapply(setNames(names(data), names(data)), scalar)
  shown <- paste(c(sprintf("measure=\"%s\"", measure), sprintf("%s=%s", names(data), names(data)),
                   sprintf("%s=%s", names(options), vapply(options, deparse, ""))), collapse = ", ")
  write_case(name, "extra-escalc", dataset, data,
             c(list(fun = scalar("effect_sizes"), measure = scalar(measure), inputs = inputs, options = lapply(options, scalar),
                    r = scalar(sprintf("escalc(%s)", shown)))),
             list(yi = c(found$yi), vi = c(found$vi)), 1e-10, note)
}
pick <- function(d, ...) { names <- c(...); out <- d[names]; names(out) <- names; out }

normand <- pick(dat.normand1999, "m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
for (measure in c("MD", "SMD", "SMDH", "SMD1", "VR", "CVR", "D2ORL", "D2ORN")) {
  data <- if (measure == "SMD1") normand[setdiff(names(normand), "sd1i")] else
          if (measure == "VR") normand[c("sd1i", "n1i", "sd2i", "n2i")] else normand
  effects(paste0("normand1999-", measure), "dat.normand1999", measure, data)
}
effects("normand1999-SMD-UB", "dat.normand1999", "SMD", normand, list(vtype = "UB"))
effects("normand1999-ROM-uncorrected", "dat.normand1999", "ROM", normand,
        note = "metafor before 5.0 does not correct the second-order bias: ours with bias_correction=False")
for (scale in c(1e-6, 1e6)) for (measure in c("MD", "SMD", "ROM")) {
  scaled <- normand
  for (column in c("m1i", "sd1i", "m2i", "sd2i")) scaled[[column]] <- scaled[[column]] * scale
  effects(sprintf("normand1999-%s-times-%s", measure, if (scale < 1) "1e-6" else "1e6"), "dat.normand1999, scaled", measure, scaled,
          note = if (measure == "ROM") "metafor before 5.0 does not correct the second-order bias: ours with bias_correction=False" else "")
}
smallest <- data.frame(m1i = c(5, 1), sd1i = c(1, 2), n1i = c(2, 3), m2i = c(3, 1), sd2i = c(2, 1), n2i = c(2, 2))
for (measure in c("MD", "SMD", "SMDH")) effects(paste0("two-in-a-group-", measure), "constructed", measure, smallest)

paired <- data.frame(m1i = normand$m1i, m2i = normand$m2i, sd1i = normand$sd1i, sd2i = normand$sd2i,
                     ni = normand$n1i, ri = c(-0.3, 0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.99))
effects("paired-MC", "dat.normand1999, read as two measurements", "MC", paired)
effects("paired-SMCC", "dat.normand1999, read as two measurements", "SMCC", paired)
effects("paired-SMCR", "dat.normand1999, read as two measurements", "SMCR", paired[setdiff(names(paired), "sd2i")])
effects("paired-SMCRH", "dat.normand1999, read as two measurements", "SMCRH", paired)
effects("paired-ROMC", "dat.normand1999, read as two measurements", "ROMC", paired,
        note = "metafor before 5.0 does not correct the second-order bias: ours with bias_correction=False")

collins <- with(dat.collins1985b, data.frame(ai = ped.xti, n1i = fup.nti, ci = ped.xci, n2i = fup.nci))
zero <- data.frame(ai = c(0, 0, 5, 10, 0, 3), n1i = c(10, 12, 20, 10, 8, 9), ci = c(0, 4, 0, 7, 8, 9), n2i = c(11, 12, 25, 10, 8, 9))
for (measure in c("RR", "OR", "RD", "PETO", "AS")) {
  for (rule in c("only0", "all", "if0all", "none")) {
    if (measure %in% c("RR", "OR") && rule == "none") next
    if (measure %in% c("PETO", "RD") && rule == "none") next
    if (measure == "AS" && rule != "none") next
    effects(sprintf("zero-cells-%s-%s", measure, rule), "constructed: zero cells of every kind", measure, zero, list(add = 0.5, to = rule))
  }
  effects(paste0("collins1985b-", measure), "dat.collins1985b, perinatal deaths", measure, collins)
}
effects("zero-cells-OR-drop00", "constructed: zero cells of every kind", "OR", zero, list(drop00 = TRUE),
        note = "studies that drop00 leaves out are null")

rates <- pick(dat.nielweise2008, "x1i", "t1i", "x2i", "t2i")
none <- data.frame(x1i = c(0, 3, 0), t1i = c(100, 80.5, 2000), x2i = c(4, 0, 0), t2i = c(90, 100.25, 1500))
for (measure in c("IRR", "IRD", "IRSD")) {
  effects(paste0("nielweise2008-", measure), "dat.nielweise2008", measure, rates)
  effects(paste0("no-events-", measure), "constructed: no events", measure, none)
}
pritz <- pick(dat.pritz1997, "xi", "ni")
bounds <- data.frame(xi = c(0, 10, 1, 0, 5000), ni = c(10, 10, 1, 1, 10000))
for (measure in c("PR", "PLN", "PLO", "PAS", "PFT")) {
  effects(paste0("pritz1997-", measure), "dat.pritz1997", measure, pritz)
  effects(paste0("bounds-", measure), "constructed: no and only events", measure, bounds)
}
single <- data.frame(xi = rates$x1i, ti = rates$t1i)
for (measure in c("IR", "IRLN", "IRS", "IRFT")) effects(paste0("nielweise2008-single-", measure), "dat.nielweise2008", measure, single)
mean1 <- data.frame(mi = normand$m1i, sdi = normand$sd1i, ni = normand$n1i)
for (measure in c("MN", "MNLN", "CVLN", "SDLN")) {
  data <- if (measure == "SDLN") mean1[c("sdi", "ni")] else mean1
  effects(paste0("normand1999-single-", measure), "dat.normand1999", measure, data)
}
molloy <- pick(dat.molloy2014, "ri", "ni")
for (measure in c("COR", "ZCOR")) effects(paste0("molloy2014-", measure), "dat.molloy2014", measure, molloy)

# --- pooling ------------------------------------------------------------------------------------
# As tight as it converges: the threshold is absolute, a change in tau2.
tight <- function(yi, vi, method, test) {
  scale <- median(vi) + if (length(yi) > 1) var(yi) else 0
  for (digits in 15:10) {
    fit <- try(suppressWarnings(rma(yi, vi, method = method, test = test,
      control = list(threshold = 10^-digits * scale, tol = 10^-digits * scale, maxiter = 1e5, tau2.max = 1e3 * scale))), silent = TRUE)
    if (!inherits(fit, "try-error")) return(fit)
  }
  stop("does not converge")
}
pooled <- function(name, dataset, yi, vi, method, test = "z", note = "", tol = 1e-8) {
  fit <- tight(yi, vi, method, test)
  k <- length(yi)
  interval <- if (k > 1 && method != "EE") tryCatch(suppressWarnings(confint(fit, control = list(tol = 1e-14 * max(vi),
    tau2.max = 1e6 * max(vi, var(yi)))))$random[1, 2:3], error = function(e) NULL) else NULL
  expected <- list(k = scalar(k), estimate = scalar(c(coef(fit))), se = scalar(fit$se), stat = scalar(c(fit$zval)), pval = scalar(fit$pval),
    ci_lb = scalar(fit$ci.lb), ci_ub = scalar(fit$ci.ub), tau2 = scalar(fit$tau2), QE = scalar(fit$QE), QE_p = scalar(fit$QEp))
  if (k > 1) expected <- c(expected, list(I2 = scalar(fit$I2), H2 = scalar(fit$H2)))
  if (length(interval)) expected$tau2_ci_qp <- unname(interval)
  write_case(name, "extra-pool", dataset, list(yi = yi, vi = vi),
    list(fun = scalar("meta"), tau2 = scalar(method), ci = scalar(test), level = scalar(95),
         r = scalar(sprintf("rma(yi, vi, method=\"%s\", test=\"%s\")", method, test))), expected, tol, note)
}
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
y <- c(bcg$yi); v <- c(bcg$vi)
pooled("one-study-EE", "dat.bcg, first", y[1], v[1], "EE")
for (method in c("REML", "ML", "DL", "PM", "HE", "SJ", "HS", "EB")) {
  pooled(paste0("two-studies-", method, "-z"), "dat.bcg, 1 and 4", y[c(1, 4)], v[c(1, 4)], method)
  pooled(paste0("two-studies-", method, "-knha"), "dat.bcg, 1 and 8", y[c(1, 8)], v[c(1, 8)], method, "knha")
}
for (method in c("REML", "ML", "DL", "PM", "HE", "EB")) {
  pooled(paste0("identical-effects-", method), "constructed", rep(0.3, 5), c(0.1, 0.2, 0.05, 0.4, 0.1), method,
         note = "the effects are the same: Q and tau2 are 0")
  pooled(paste0("huge-", method), "dat.bcg, times 1e6", y * 1e6, v * 1e12, method, "knha")
  pooled(paste0("tiny-", method), "dat.bcg, times 1e-3", y * 1e-3, v * 1e-6, method, "knha")
  pooled(paste0("extreme-weights-", method), "dat.bcg, first variance over 1e8", y, c(v[1] / 1e8, v[-1]), method, "knha", tol = 1e-6,
         note = "one study has nearly all the weight of a common effect")
}
for (method in c("REML", "DL", "PM", "SJ")) {
  h <- dat.hackshaw1998
  pooled(paste0("hackshaw1998-", method), "dat.hackshaw1998", c(h$yi), c(h$vi), method, "knha")
  pooled(paste0("normand1999-pooled-", method), "dat.normand1999, MD", c(with(normand, m1i - m2i)),
         c(with(normand, sd1i^2 / n1i + sd2i^2 / n2i)), method, "adhoc")
}

# --- Mantel-Haenszel and Peto ----------------------------------------------------------------------
tables <- function(name, dataset, measure, data, note = "") {
  given <- with(data, list(ai = ai, n1i = n1i, ci = ci, n2i = n2i))
  fit <- suppressWarnings(if (measure == "PETO") do.call(rma.peto, given) else do.call(rma.mh, c(list(measure = measure), given)))
  write_case(name, "extra-tables", dataset, as.list(data),
    list(fun = scalar("tables"), measure = scalar(measure),
         r = scalar(sprintf(if (measure == "PETO") "rma.peto(ai=ai, n1i=n1i, ci=ci, n2i=n2i)%s" else "rma.mh(measure=\"%s\", ai=ai, n1i=n1i, ci=ci, n2i=n2i)",
                            if (measure == "PETO") "" else measure))),
    list(k = scalar(fit$k), estimate = scalar(c(coef(fit))), se = scalar(fit$se), pval = scalar(fit$pval), ci_lb = scalar(fit$ci.lb),
         ci_ub = scalar(fit$ci.ub), QE = scalar(fit$QE), QE_p = scalar(fit$QEp)), 1e-8, note)
}
lonely <- data.frame(ai = c(5, 0), n1i = c(68, 26), ci = c(6, 0), n2i = c(154, 25))
for (measure in c("OR", "RR", "RD", "PETO")) {
  tables(paste0("tables-zero-cells-", measure), "constructed: zero cells of every kind", measure, zero)
  tables(paste0("tables-collins1985b-", measure), "dat.collins1985b, perinatal deaths", measure, collins)
  tables(paste0("tables-one-with-events-", measure), "constructed: one of two tables has events", measure, lonely)
}
cat(length(list.files(folder)), "cases\n")
