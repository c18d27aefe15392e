"""Reference values of SciPy for the tests beside this file: python3 reference.py > reference.json (SciPy 1.10.1, Debian's python3-scipy)."""
import json
import numpy
import scipy
from scipy import special, stats

a = [12.1, 14.3, 13.2, 15.9, 12.8, 13.5, 16.1, 14.0, 13.3, 15.2]
b = [10.9, 13.8, 12.1, 14.2, 12.9, 12.0, 15.5, 12.7, 12.4, 14.9]
skewed = [0.3, 0.5, 0.6, 0.9, 1.1, 1.2, 1.9, 2.5, 4.2, 9.7]


def ks(x, y, method):
    result = stats.ks_2samp(x, y, method=method)
    return [float(result.statistic), float(result.pvalue)]


def bootstrap(method):
    interval = stats.bootstrap((skewed,), numpy.mean, n_resamples=400000, method=method, random_state=1, batch=20000).confidence_interval
    return [float(interval.low), float(interval.high)]


def mser5(values):
    """By the definition: every cut, its sum of squares anew."""
    means = numpy.array(values[: len(values) // 5 * 5]).reshape(-1, 5).mean(axis=1)
    statistics = [((means[d:] - means[d:].mean()) ** 2).sum() / (len(means) - d) ** 2 for d in range(len(means) - 4)]
    cut = int(numpy.argmin(statistics))
    return [cut * 5, float(means[cut:].mean()), float(statistics[cut])]


def fieller(x, y):
    """The ratios r at which a t test of x - r y just does not reject, found by its roots."""
    from scipy.optimize import brentq

    x, y = numpy.array(x), numpy.array(y)
    limit = stats.t.ppf(0.975, len(x) - 1)
    excess = lambda r: abs((x - r * y).mean()) / ((x - r * y).std(ddof=1) / numpy.sqrt(len(x))) - limit
    centre = x.mean() / y.mean()
    return [float(centre), float(brentq(excess, centre * 0.5, centre)), float(brentq(excess, centre, centre * 2))]


numbers = numpy.random.RandomState(7)
large = [[round(v, 4) for v in numbers.normal(0, 1, 40)], [round(v, 4) for v in numbers.normal(0.4, 1.3, 55)]]
warm = [round(float(v), 4) for v in 10 + 8 * numpy.exp(-numpy.arange(400) / 30) + numbers.normal(0, 1, 400)]
ttest = stats.ttest_rel(a, b)
json.dump(
    {
        "scipy": scipy.__version__,
        "a": a,
        "b": b,
        "skewed": skewed,
        "pairedT": {"t": float(ttest.statistic), "p": float(ttest.pvalue)},
        "tails": [[t, f, float(2 * stats.t.sf(t, f))] for t, f in [(0.5, 3), (2.5, 9), (12, 9), (40, 4)]],
        "pearson": float(stats.pearsonr(a, b)[0]),
        "fieller": fieller(a, b),
        "normalCdf": [[z, float(special.ndtr(z))] for z in [-8, -4.5, -4, -1.96, -0.1, 0, 0.7, 3.9, 5]],
        "normalQuantile": [[p, float(special.ndtri(p))] for p in [1e-12, 0.001, 0.025, 0.3, 0.5, 0.9, 0.99999]],
        "binomial": [[n, q, [int(v) for v in stats.binom.ppf([0.025, 0.975], n, q)]] for n, q in [(1000, 0.99), (200, 0.5), (100000, 0.999)]],
        "ksSmall": {"exact": ks(a, b, "exact")},
        "ksLarge": {"x": large[0], "y": large[1], "exact": ks(large[0], large[1], "exact")},
        "kolmogorov": [[k, float(special.kolmogorov(k / 2000 * numpy.sqrt(1000)))] for k in [5, 30, 60, 100, 200]],
        "bootstrap": {"percentile": bootstrap("percentile"), "bca": bootstrap("BCa")},
        "mser": {"values": warm, "answer": mser5(warm)},
    },
    __import__("sys").stdout,
    indent=1,
)
