using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Core.Insights;

namespace StoreConnector.Tests.Insights;

public sealed class NormalTests
{
    /// <summary>erfc(z/√2)/2 by an independent library, to 16 digits.</summary>
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.25, 0.4012936743170763)]
    [InlineData(0.67, 0.25142889509531013)]
    [InlineData(0.68, 0.24825223045357053)]
    [InlineData(1, 0.15865525393145707)]
    [InlineData(1.959963984540054, 0.025)]
    [InlineData(3, 0.0013498980316300957)]
    [InlineData(5, 2.866515718791946e-07)]
    [InlineData(5.6, 1.0717590258310968e-08)]
    [InlineData(5.7, 5.990371401063533e-09)]
    [InlineData(8, 6.220960574271819e-16)]
    [InlineData(20, 2.7536241186063314e-89)]
    [InlineData(37, 5.725571222525139e-300)]
    public void The_tail_is_known_to_twelve_digits(double z, double tail)
    {
        Assert.InRange(Normal.Cdf(-z) / tail, 1 - 1e-12, 1 + 1e-12);
        Assert.Equal(1 - tail, Normal.Cdf(z), 1e-15);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.75, 0.6744897501960817)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(1e-20, -9.262340089798408)]
    public void The_quantiles_are_those_of_the_tables(double p, double z) =>
        Assert.Equal(z, Normal.Quantile(p), 1e-9);

    [Fact]
    public void One_undoes_the_other()
    {
        for (var z = -37.0; z < 5; z += 0.01) { Assert.Equal(z, Normal.Quantile(Normal.Cdf(z)), 1e-9); }

        for (var p = 0.0005; p < 1; p += 0.0005) { Assert.Equal(p, Normal.Cdf(Normal.Quantile(p)), 1e-14); }
    }

    [Fact]
    public void A_greater_value_is_never_less_probable() => Prop.ForAll<double, double>((a, b) =>
        double.IsNaN(a) || double.IsNaN(b) || Normal.Cdf(Math.Min(a, b)) <= Normal.Cdf(Math.Max(a, b)))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void The_ends_are_infinite_and_beyond_them_is_nothing()
    {
        Assert.Equal(double.NegativeInfinity, Normal.Quantile(0));
        Assert.Equal(double.PositiveInfinity, Normal.Quantile(1));
        Assert.Equal((0, 1), (Normal.Cdf(double.NegativeInfinity), Normal.Cdf(double.PositiveInfinity)));
        Assert.True(double.IsNaN(Normal.Cdf(double.NaN)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Quantile(1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Quantile(double.NaN));
    }
}
