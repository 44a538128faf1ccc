namespace StoreConnector.Core.Insights;

/// <summary>The standard normal distribution: mean 0, variance 1.</summary>
public static class Normal
{
    /// <summary>1/√(2π).</summary>
    private const double Peak = 0.398942280401432677939946;

    private static readonly double[] MiddleNumerator =
        [0.065682337918207449113, 2.2352520354606839287, 161.02823106855587881, 1067.6894854603709582,
         18154.981253343561249];

    private static readonly double[] MiddleDenominator =
        [1, 47.20258190468824187, 976.09855173777669322, 10260.932208618978205, 45507.789335026729956];

    private static readonly double[] ShoulderNumerator =
        [1.0765576773720192317e-8, 0.39894151208813466764, 8.8831497943883759412, 93.506656132177855979,
         597.27027639480026226, 2494.5375852903726711, 6848.1904505362823326, 11602.651437647350124,
         9842.7148383839780218];

    private static readonly double[] ShoulderDenominator =
        [1, 22.266688044328115691, 235.38790178262499861, 1519.377599407554805, 6485.558298266760755,
         18615.571640885098091, 34900.952721145977266, 38912.003286093271411, 19685.429676859990727];

    private static readonly double[] TailNumerator =
        [0.02307344176494017303, 0.21589853405795699, 0.1274011611602473639, 0.022235277870649807,
         0.001421619193227893466, 2.9112874951168792e-5];

    private static readonly double[] TailDenominator =
        [1, 1.28426009614491121, 0.468238212480865118, 0.0659881378689285515, 0.00378239633202758244,
         7.29751555083966205e-5];

    private static readonly double[] CentreA =
        [2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
         1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080];

    private static readonly double[] CentreB =
        [5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
         5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1];

    private static readonly double[] NearC =
        [7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
         1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590,
         1.42343711074968357734];

    private static readonly double[] NearD =
        [1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
         1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1];

    private static readonly double[] FarE =
        [2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
         2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990,
         6.65790464350110377720];

    private static readonly double[] FarF =
        [2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
         7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
         5.99832206555887937690e-1, 1];

    /// <summary>The probability of a value up to <paramref name="z"/>. The upper tail is <c>Cdf(-z)</c>.</summary>
    /// <remarks>
    /// Relative error about 1e-15 wherever the result is a normal double, down to z = -37. Source: W. J. Cody,
    /// "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969), in the form of Algorithm 715
    /// (ACM TOMS 19, 1993).
    /// </remarks>
    /// <returns>From 0 to 1; NaN for NaN.</returns>
    public static double Cdf(double z)
    {
        var y = Math.Abs(z);
        if (double.IsNaN(z)) { return z; }

        if (y <= 0.67448975)
        {
            return 0.5 + (z * Polynomial(MiddleNumerator, z * z) / Polynomial(MiddleDenominator, z * z));
        }

        var tail = y > 40 ? 0 : Density(y) * Mills(y); // Less than the smallest double from 38.6 on.
        return z < 0 ? tail : 1 - tail;
    }

    /// <summary>The value that a share <paramref name="p"/> of all values does not exceed.</summary>
    /// <remarks>
    /// Relative error about 1e-16. Source: M. J. Wichura, "Algorithm AS 241: the percentage points of the normal
    /// distribution", Applied Statistics 37 (1988), PPND16.
    /// </remarks>
    /// <param name="p">From 0 (minus infinity) to 1 (infinity).</param>
    /// <exception cref="ArgumentOutOfRangeException">It is no probability.</exception>
    public static double Quantile(double p)
    {
        if (p is not (>= 0 and <= 1)) { throw new ArgumentOutOfRangeException(nameof(p), p, "No probability."); }

        var q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            var r = 0.180625 - (q * q);
            return q * Polynomial(CentreA, r) / Polynomial(CentreB, r);
        }

        if (p is 0 or 1) { return p == 0 ? double.NegativeInfinity : double.PositiveInfinity; }

        var root = Math.Sqrt(-Math.Log(Math.Min(p, 1 - p)));
        var size = root <= 5 ? Polynomial(NearC, root - 1.6) / Polynomial(NearD, root - 1.6)
            : Polynomial(FarE, root - 5) / Polynomial(FarF, root - 5);
        return q < 0 ? -size : size;
    }

    /// <summary>e^(-y²/2), with y² split so that its rounding does not grow into the exponent.</summary>
    private static double Density(double y)
    {
        var coarse = Math.Truncate(y * 16) / 16;
        return Math.Exp(-coarse * coarse / 2) * Math.Exp(-(y - coarse) * (y + coarse) / 2);
    }

    /// <summary>The upper tail over e^(-y²/2).</summary>
    private static double Mills(double y)
    {
        if (y <= 5.656854249492380195)
        {
            return Polynomial(ShoulderNumerator, y) / Polynomial(ShoulderDenominator, y);
        }

        var s = 1 / (y * y);
        return (Peak - (s * Polynomial(TailNumerator, s) / Polynomial(TailDenominator, s))) / y;
    }

    /// <summary>Horner's rule, the highest power first.</summary>
    private static double Polynomial(double[] coefficients, double x)
    {
        var sum = 0.0;
        foreach (var c in coefficients) { sum = (sum * x) + c; }

        return sum;
    }
}
